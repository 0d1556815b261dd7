/** Loaded before each measured gateway (`--import`): tells the benchmark, when asked, what its process has used. */
export interface Usage {
  /** User and system time of all threads since the start. */
  readonly cpuMs: number
  /** Largest resident set so far. */
  readonly peakMb: number
}

process.on('message', () => {
  const { user, system } = process.cpuUsage()
  const usage: Usage = { cpuMs: (user + system) / 1_000, peakMb: process.resourceUsage().maxRSS / 1_024 }
  process.send?.(usage)
})
// A gateway must end as if nobody listened.
process.channel?.unref()
