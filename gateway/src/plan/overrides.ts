/** Labels of progressive overrides (`@override(from: "a", label: "percent(30)")`) with the share of requests that they move. */
export type OverrideShares = ReadonlyMap<string, number>

/**
 * Reads the progressive overrides of a supergraph. Labels other than `percent(n)` name flags of somebody's release service,
 * which this gateway does not ask: their fields stay where they were.
 */
export function readOverrideShares(supergraphSdl: string): OverrideShares {
  const shares = new Map<string, number>()
  for (const [, label = '', percent] of supergraphSdl.matchAll(/overrideLabel: "(percent\((\d+(?:\.\d+)?)\))"/g)) {
    shares.set(label, Number(percent))
  }
  return shares
}

/**
 * Decides for one request which overrides hold. All labels look at one number between 0 and 100, so that a request which
 * 10 percent of are moved is also one of the 30 percent: there are few different plans, and each hangs together.
 */
export function decideOverrides(shares: OverrideShares, random: number): ReadonlyMap<string, boolean> {
  return new Map([...shares].map(([label, percent]) => [label, random < percent]))
}
