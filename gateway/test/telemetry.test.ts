import type { RecordedSpan } from '@gigraph/shared/testing'
import { describe, expect, it } from 'vitest'
import { eventually } from './start-gateway.ts'
import { startTracedGraph } from './traced-graph.ts'

const Write = /* GraphQL */ `mutation WriteNote($body: String!) { writeNote(input: { body: $body }) { note { id } userErrors { code } } }`
const SECRET = 'the code is 493817'

/** From a span up to the first of its trace: `program: name` of each. */
const wayTo = (spans: readonly RecordedSpan[], name: string): string[] => {
  const way: string[] = []
  let span = spans.find((each) => each.name === name)
  while (span) {
    way.unshift(`${span.program}: ${span.name}`)
    const { parentId } = span
    span = spans.find(({ id }) => id === parentId)
  }
  return way
}

describe.each(['http', 'local'] as const)('a mutation, traced with services over %s', (transport) => {
  it('is one trace from the gateway to a job of another service, with one request id in every log', async () => {
    const graph = await startTracedGraph(transport)
    const answer = await graph.post(Write, { body: SECRET }, { 'x-request-id': 'request-0042' })
    expect(answer.errors).toBeUndefined()
    await eventually(() => expect(graph.lines.map(({ msg }) => msg)).toContain('the author was told'))
    await eventually(() => expect(graph.spans().map(({ name }) => name)).toContain('job tell-author'))

    const [root] = graph.spans().filter(({ name }) => name === 'POST /graphql')
    const spans = graph.spans().filter(({ traceId }) => traceId === root?.traceId)
    const toService = ['gateway: POST /graphql', 'gateway: mutation WriteNote', 'gateway: fetch notes']
    const operation = [
      ...toService,
      `notes: ${spans.find(({ name, program }) => program === 'notes' && name.startsWith('mutation'))?.name}`,
    ]
    const published = [...operation, 'notes: transaction', 'notes: publish note.written']
    const handled = [
      ...published,
      'notes: send note.written',
      'echo: process note.written',
      'echo: transaction',
      'echo: handle order',
    ]
    expect(wayTo(spans, 'plan')).toEqual([...toService.slice(0, 2), 'gateway: plan'])
    expect(wayTo(spans, 'COMMIT').slice(0, -1)).toEqual([...operation, 'notes: transaction'])
    expect(wayTo(spans, 'handle order')).toEqual(handled)
    expect(wayTo(spans, 'job tell-author')).toEqual([
      ...handled,
      'echo: publish tell-author',
      'echo: send tell-author',
      'echo: job tell-author',
    ])
    expect(spans.filter(({ failure }) => failure !== undefined)).toEqual([])
    const first = spans.find(({ name, program }) => program === 'notes' && name.startsWith('mutation'))
    expect(first?.isParentRemote).toBe(transport === 'http')

    const ofRequest = graph.lines.filter(({ requestId }) => requestId === 'request-0042')
    expect(ofRequest.map(({ name, msg }) => `${name}: ${msg}`)).toEqual(
      expect.arrayContaining([
        'gateway: request',
        'notes: operation',
        'echo: event handled',
        'echo: the author was told',
        'echo: job done',
      ]),
    )
    for (const { name, attributes } of spans.filter(({ attributes }) => 'gigraph.request_id' in attributes))
      expect([name, attributes['gigraph.request_id']]).toEqual([name, 'request-0042'])
  })
})

describe('spans', () => {
  it('hold statements without their parameters, and nothing that a client wrote or proves itself with', async () => {
    const graph = await startTracedGraph('http')
    const literal = `mutation { writeNote(input: { body: "${SECRET}" }) { note { id author { noteCount } } } }`
    await graph.post(literal, {})
    await graph.post(Write, { body: SECRET })
    await graph.post('{ broken }', {})
    await eventually(() => expect(graph.spans().filter(({ name }) => name === 'job tell-author')).toHaveLength(2))
    const text = JSON.stringify(graph.spans())
    expect(text).toMatch(/insert into \\"notes\\" .* values \(\$1, /)
    expect(text).not.toContain(SECRET)
    expect(text).not.toContain(graph.token)
    expect(text).not.toContain('secrets')
    expect(
      graph
        .spans()
        .filter(({ failure }) => failure === 'INTERNAL')
        .map(({ program }) => program),
    ).toContain('notes')
  })

  it('continue the trace of a client that brings one', async () => {
    const graph = await startTracedGraph('http')
    const traceId = '0af7651916cd43dd8448eb211c80319c'
    await graph.post('{ notes { nodes { id } } }', {}, { traceparent: `00-${traceId}-b7ad6b7169203331-00` })
    await eventually(() => expect(graph.spans().map(({ name }) => name)).toContain('POST /graphql'))
    const spans = graph.spans().filter((span) => span.traceId === traceId)
    expect(new Set(spans.map(({ program }) => program))).toEqual(new Set(['gateway', 'notes']))
    expect(wayTo(spans, 'SELECT')).toHaveLength(5)
  })
})
