/**
 * Names that clients choose, as labels of metrics. Each label value is a series that Prometheus keeps, so only so many names are told apart;
 * the rest is one.
 */
export interface Labels {
  labelOf(name: string | null): string
}

/** @param allowed the only names that are told apart; absent: the first that come */
export const createLabels = (limit: number, allowed?: Iterable<string>): Labels => {
  const known = new Set(allowed)
  const isOpen = allowed === undefined
  return {
    labelOf(name) {
      if (name === null) return 'unnamed'
      if (known.has(name)) return name
      if (!isOpen || known.size >= limit) return 'other'
      known.add(name)
      return name
    },
  }
}
