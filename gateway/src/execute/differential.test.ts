import { expect, test } from 'vitest'
import { compareRandomGraphs } from './testing/random-graphs.ts'

// The same graphs each time; `pnpm --filter @gigraph/gateway test:differential` compares as many others as one likes.
test('5,000 operations on random graphs answer as a monolith does, also in parts', { timeout: 600_000 }, async () => {
  const counts = await compareRandomGraphs({ graphs: 40, operationsPerGraph: 139, seed: 20_261_121 })
  expect(counts.operations).toBeGreaterThanOrEqual(5_000)
  expect(counts.withErrors).toBeGreaterThan(800)
  expect(counts.mutations).toBeGreaterThan(400)
  expect(counts.subscriptions).toBeGreaterThan(150)
  expect(counts.inParts).toBeGreaterThan(150)
  expect(counts.requests).toBeGreaterThan(counts.operations)
})
