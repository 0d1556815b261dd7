import { expect, test } from 'vitest'
import { storeGraph } from './testing/store-graph.ts'

const composed = (parameter: string) => `
  extend schema @link(url: "https://example.com/audience/v1.0", import: ["@audience"]) @composeDirective(name: "@audience")
  directive @audience(of: Audience!${parameter}) on FIELD | INLINE_FRAGMENT | QUERY
  enum Audience { STAFF EVERYBODY }`

test('directives that services compose may stand in operations, and travel no further', async () => {
  const graph = storeGraph(
    {
      // One service demands the argument, the other has a default: the composed directive has it, the first would refuse.
      papers: `${composed(' = STAFF')} type Query { paper: Paper } type Paper @key(fields: "id") { id: ID! title: String }`,
      notes: `${composed('')} type Query { memo: String } type Paper @key(fields: "id") { id: ID! note: String }`,
    },
    {
      root: { paper: { __typename: 'Paper', id: '1', title: 'T' }, memo: 'm' },
      records: [{ __typename: 'Paper', id: '1', title: 'T', note: 'N' }],
    },
  )
  const query = `query @audience { memo @audience paper @audience(of: EVERYBODY) { title ... @audience { note @audience } } }`
  expect(await graph.run(query)).toEqual({ data: { memo: 'm', paper: { title: 'T', note: 'N' } } })
  expect(graph.seen.filter((request) => request.query.includes('audience'))).toEqual([])
  expect(() => graph.run('{ memo @audience(of: NOBODY) }')).toThrow('Audience')
  const { data } = await graph.run('{ __schema { directives { name args { defaultValue } } } }')
  expect(data?.__schema).toMatchObject({
    directives: expect.arrayContaining([{ name: 'audience', args: [{ defaultValue: 'STAFF' }] }]),
  })
})
