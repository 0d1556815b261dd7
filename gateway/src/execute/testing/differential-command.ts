import { parseArgs } from 'node:util'
import { compareRandomGraphs } from './random-graphs.ts'

const { values } = parseArgs({
  options: {
    graphs: { type: 'string', default: '400' },
    operations: { type: 'string', default: '140' },
    seed: { type: 'string' },
  },
})

/** Compares more random graphs than the test does: `pnpm --filter @gigraph/gateway test:differential --graphs 1000`. */
const started = performance.now()
const seed = values.seed === undefined ? Math.trunc(Math.random() * 2 ** 31) : Number(values.seed)
const counts = await compareRandomGraphs({
  graphs: Number(values.graphs),
  operationsPerGraph: Number(values.operations),
  seed,
})
const seconds = Math.round((performance.now() - started) / 1000)
process.stdout.write(
  `No difference in ${counts.operations} operations (${counts.mutations} mutations, ${counts.subscriptions} subscriptions, ${counts.withErrors} with errors, ` +
    `${counts.inParts} in parts, ${counts.requests} requests to services), seed ${seed}, ${seconds} s.\n`,
)
