import fc from 'fast-check'
import { type ExecutionResult, OverlappingFieldsCanBeMergedRule, parse, validate } from 'graphql'
import { arbitraryGraph } from './arbitrary-graph.ts'
import { arbitraryOperation } from './arbitrary-operation.ts'
import { type ArbitraryStore, arbitraryStore } from './arbitrary-store.ts'
import { arbitraryChoices, type Choices } from './choices.ts'
import { differenceBetween, differenceOfParts } from './compare-answers.ts'
import { ANONYMOUS } from './federated-graph.ts'
import { sdlOf } from './graph-sdl.ts'
import { smallerQuery } from './smaller-query.ts'
import { type StoreGraph, storeGraph } from './store-graph.ts'

/** How much is compared, and from where the random numbers start. */
export interface Comparison {
  readonly graphs: number
  readonly operationsPerGraph: number
  /** Default: another one each time; a failure names it. */
  readonly seed?: number
}

/**
 * Invents graphs, their data and operations, and compares every answer with the one of a single schema over the same data.
 * @returns how many operations were compared, and how many of them met an error
 * @throws Error with the seed, the SDL of all services and the operation, for the first difference
 */
export async function compareRandomGraphs({ graphs, operationsPerGraph, seed }: Comparison) {
  const counts = { operations: 0, withErrors: 0, mutations: 0, subscriptions: 0, inParts: 0, requests: 0 }
  await fc.assert(
    fc.asyncProperty(arbitraryChoices(), async (choices) => {
      await compareOne(choices, operationsPerGraph, counts)
    }),
    // Half of a schema is another schema: shrinking would say little for its time.
    { numRuns: graphs, endOnFailure: true, unbiased: true, ...(seed === undefined ? {} : { seed }) },
  )
  return counts
}

interface Counts {
  operations: number
  withErrors: number
  mutations: number
  subscriptions: number
  inParts: number
  requests: number
}

async function compareOne(choices: Choices, operations: number, counts: Counts): Promise<void> {
  const model = arbitraryGraph(choices)
  const sdl = sdlOf(model)
  const store = arbitraryStore(choices, model)
  const describe = (what: string, rest: unknown) =>
    new Error(
      `${what}\n${Object.entries(sdl)
        .map(([name, text]) => `# ${name}\n${text}`)
        .join('\n')}\n${String(rest)}`,
    )
  const graph = compose(sdl, store)
  // Composition refuses one in a hundred: a `@requires` whose fields it finds no way to.
  fc.pre(graph !== undefined)
  if (graph === undefined) return
  for (let i = 0; i < operations; i++) {
    const { query, variables } = arbitraryOperation(choices, graph.engine.schema, choices.pick([1, 2, 2, 2, 3, 3, 4]))
    const answers = await ask(graph, store, query, variables)
    if (answers === undefined) continue
    if (answers.difference !== undefined) {
      const fails = async (smaller: string) =>
        (await ask(graph, store, smaller, variables))?.difference === answers.difference
      const smallest = await smallerQuery(query, fails)
      const { actual, expected } = (await ask(graph, store, smallest, variables)) ?? answers
      const seen = graph.seen.map(({ service, query: sent, variables: given }) => ({ service, sent, given }))
      const text = JSON.stringify({ variables, expected, actual, seen }, null, 1)
      throw describe(`Another answer: ${answers.difference}`, `${smallest}\n${text}`)
    }
    counts.operations++
    counts.requests += graph.seen.length
    if (answers.expected.errors !== undefined) counts.withErrors++
    if (query.startsWith('mutation')) counts.mutations++
    if (query.startsWith('subscription')) counts.subscriptions++
    if (answers.parts > 0) counts.inParts++
  }
}

function compose(sdl: Record<string, string>, store: ArbitraryStore): StoreGraph | undefined {
  try {
    return storeGraph(sdl, store)
  } catch (error) {
    if (error instanceof Error && error.message.includes('cannot be satisfied by the subgraphs')) return undefined
    throw error
  }
}

/** Both answers to an operation and what they differ in; undefined for an operation that is not valid. */
async function ask(graph: StoreGraph, store: ArbitraryStore, query: string, variables: Record<string, unknown>) {
  const document = parse(query)
  // What is invented is invalid in this respect only.
  if (validate(graph.engine.schema, document, [OverlappingFieldsCanBeMergedRule]).length > 0) return undefined
  const operation = { document, source: query, variables, context: ANONYMOUS }
  graph.seen.length = 0
  store.reset()
  const answer = query.startsWith('subscription')
    ? await firstOf(await graph.engine.subscribe(operation))
    : await graph.engine.execute(operation)
  const actual = JSON.parse(JSON.stringify(answer)) as ExecutionResult
  store.reset()
  const expected = await graph.runMonolith(query, variables)
  const difference = differenceBetween(actual, expected)
  if (difference !== undefined || !query.includes('@defer')) return { actual, expected, difference, parts: 0 }
  store.reset()
  const { initial, later } = JSON.parse(JSON.stringify(await graph.runInParts(query, variables))) as InParts
  return { actual, expected, difference: differenceOfParts(initial, later, expected), parts: later.length }
}

/** What a subscription tells first; it must tell nothing more. */
async function firstOf(stream: AsyncIterableIterator<ExecutionResult> | ExecutionResult): Promise<ExecutionResult> {
  if (!(Symbol.asyncIterator in stream)) return stream
  const [first, ...others] = await Array.fromAsync(stream)
  if (first === undefined || others.length > 0) throw new Error('a subscription told nothing, or too much')
  return first
}

type InParts = Awaited<ReturnType<StoreGraph['runInParts']>>
