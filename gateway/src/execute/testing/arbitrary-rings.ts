import type { Choices } from './choices.ts'
import type { StoreRecord } from './store-graph.ts'

/**
 * Rings with beads: a bead tells the size of the ring that it is reached by, though the same beads lie on several rings. In a
 * service, what a bead tells came as an argument that the gateway had to read from above (`@fromContext`).
 */
export function arbitraryRings(choices: Choices): { readonly rings: unknown[]; readonly records: StoreRecord[] } {
  const beads = ['b0', 'b1', 'b2'].map((id) => ({
    __typename: 'Bead',
    id,
    weight: choices.chance(20) ? null : choices.int(0, 9),
    color: choices.pick(['RED', 'SECRET']),
  }))
  const rings = ['r0', 'r1', 'r2'].map((id) => {
    const size = choices.chance(20) ? null : choices.int(0, 9)
    // A service is always told; the monolith never.
    const told = ({ n = size }: { n?: number | null }) => `told ${n}`
    const some = () => choices.some(beads).map((bead) => ({ ...bead, told }))
    return {
      __typename: 'Ring',
      id,
      size,
      beads: choices.chance(15) ? null : some(),
      more: some(),
      next: null as unknown,
    }
  })
  for (const ring of rings) ring.next = choices.chance(40) ? null : choices.pick(rings)
  const records = beads.map((bead) => ({ ...bead, told: ({ n }: { n?: number | null }) => `told ${n}` }))
  return { rings: choices.chance(10) ? [null, ...rings] : rings, records: [...records, ...rings] }
}
