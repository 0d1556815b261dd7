import { serverAudits } from 'graphql-http'
import { describe, expect, it } from 'vitest'
import { startGateway } from './start-gateway.ts'

describe('GraphQL over HTTP', () => {
  it('answers queries and mutations', async () => {
    const gateway = await startGateway()
    expect(await gateway.query('{ hello(name: "Ada") }')).toEqual({ data: { hello: 'Hello, Ada!' } })
    expect(await gateway.query('mutation { increment }')).toEqual({ data: { increment: 1 } })
  })

  it('passes every audit of the GraphQL over HTTP specification', async () => {
    const gateway = await startGateway()
    const results = await Promise.all(serverAudits({ url: gateway.url, fetchFn: fetch }).map((audit) => audit.fn()))
    const failed = results.filter(({ status }) => status !== 'ok')
    // What a server MAY do, and what the protection against cross-site requests forbids: GET without a special header.
    expect(failed.map((result) => `${result.status}: ${result.name}`).sort()).toEqual([
      'notice: MAY accept application/x-www-form-urlencoded formatted GET requests',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
      'notice: MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
    ])
    expect(results.length).toBeGreaterThan(50)
  })
})
