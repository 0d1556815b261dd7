import { Session } from 'node:inspector/promises'

/** Loaded before each measured gateway (`--import`): tells the benchmark, when asked, what its process has used. */
export interface Usage {
  /** User and system time of all threads since the start. */
  readonly cpuMs: number
  /** Largest resident set so far. */
  readonly peakMb: number
}

let session: Session | undefined

const startProfile = async (): Promise<object> => {
  session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: 200 })
  await session.post('Profiler.start')
  return {}
}

const stopProfile = async (): Promise<object> => {
  const stopped = await session?.post('Profiler.stop')
  session?.disconnect()
  return stopped?.profile ?? {}
}

const usage = (): Usage => {
  const { user, system } = process.cpuUsage()
  return { cpuMs: (user + system) / 1_000, peakMb: process.resourceUsage().maxRSS / 1_024 }
}

process.on('message', async (question) => {
  if (question === 'start profile') process.send?.(await startProfile())
  else if (question === 'stop profile') process.send?.(await stopProfile())
  else process.send?.(usage())
})
// Whatever becomes of the benchmark, no gateway of it stays behind.
process.on('disconnect', () => process.exit())
// A gateway must end as if nobody listened.
process.channel?.unref()
