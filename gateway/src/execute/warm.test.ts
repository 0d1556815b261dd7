import { expect, test } from 'vitest'
import { composeSupergraph, federatedGraph, type TestServices } from './testing/federated-graph.ts'

const servicesWith = (more: string): TestServices => ({
  things: {
    sdl: `type Query { a: Int b: Int @authenticated c: Int ${more} }`,
    resolvers: { Query: { a: () => 1, b: () => 2, c: () => 3 } },
  },
})

const DOCUMENTS = [
  'query Plain { a c }',
  'query Conditional($yes: Boolean!) { a c @include(if: $yes) }',
  'query Guarded { a b }',
  'query Later { a ... @defer { c } }',
  'query Gone { nothing }',
  'not a document',
]

test('plans documents ahead, for every caller and condition, and again after a swap', async () => {
  const lookups: boolean[] = []
  let planned = 0
  const graph = federatedGraph(servicesWith(''), {
    planCache: (hit) => void lookups.push(hit),
    planned: () => {
      planned += 1
    },
  })
  const ask = async () => {
    const named = (name: string) => DOCUMENTS.find((document) => document.includes(name)) ?? ''
    lookups.length = 0
    await graph.runNamed('Plain', named('Plain'))
    await graph.runNamed('Conditional', named('Conditional'), { yes: true })
    await graph.runNamed('Conditional', named('Conditional'), { yes: false })
    await graph.runNamed('Guarded', named('Guarded'), {}, { scopes: [] })
    await graph.runNamed('Guarded', named('Guarded'))
    await graph.runNamed('Later', named('Later'))
    return lookups
  }
  graph.engine.warm(DOCUMENTS)
  // Plain, Conditional twice, Guarded for nobody and somebody, Later whole and in parts.
  await expect.poll(() => planned, { timeout: 10_000 }).toBe(7)
  expect(await ask()).toEqual([true, true, true, true, true, true])

  graph.engine.update(composeSupergraph(servicesWith('d: Int')))
  await expect.poll(() => planned, { timeout: 10_000 }).toBe(14)
  expect(await ask()).toEqual([true, true, true, true, true, true])
  expect(planned).toBe(14)
})
