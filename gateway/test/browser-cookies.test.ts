import { expect, it } from 'vitest'
import { composeSupergraph } from '../src/execute/testing/federated-graph.ts'
import type { InProcessRequest, InProcessService } from '../src/index.ts'
import { startGateway } from './start-gateway.ts'

const supergraph = {
  sdl: composeSupergraph({
    logins: {
      sdl: 'type Query { whoami: String } type Mutation { login: Person  touch: Boolean } type Person @key(fields: "id") { id: ID! }',
      resolvers: {},
    },
    people: { sdl: 'type Person @key(fields: "id") { id: ID!  name: String }', resolvers: {} },
  }),
}

/** A service that answers what it is told to, and tries to set a cookie each time. */
const answering = (data: (request: InProcessRequest) => Record<string, unknown>) => {
  const seen: InProcessRequest[] = []
  const service: InProcessService = {
    execute: async (request) => {
      seen.push(request)
      const cookies = [{ name: 'session', value: `from-${seen.length}`, maxAgeSeconds: 60 }]
      return { data: data(request), extensions: { cookies } }
    },
    subscribe: () => Promise.reject(new Error('nobody subscribes here')),
  }
  return { seen, service }
}

it('only the service that they belong to gets them, with mutations, and may change them', async () => {
  const logins = answering(({ query }) =>
    query.startsWith('mutation') ? { login: { __typename: 'Person', id: '1' } } : { whoami: 'nobody' },
  )
  const people = answering(() => ({ _entities: [{ __typename: 'Person', name: 'Ada' }] }))
  const gateway = await startGateway({
    supergraph,
    services: { logins: { local: logins.service }, people: { local: people.service } },
    cookieService: 'logins',
    forwardHeaders: ['cookie', 'x-gigraph-cookies', 'traceparent'],
  })
  const headers = {
    origin: gateway.origin,
    'x-gigraph-session': 'cookie',
    cookie: 'theme=dark; __Host-gigraph-session=secret; __Host-gigraph-bad name=x; __Host-other=y',
  }
  const mutation = await gateway.post({ query: 'mutation { login { id name } }' }, headers)
  expect(await mutation.json()).toEqual({ data: { login: { id: '1', name: 'Ada' } } })
  expect(logins.seen[0]?.cookies).toEqual({ session: 'secret' })
  expect(people.seen).toHaveLength(1)
  expect(people.seen[0]).not.toHaveProperty('cookies')
  expect(mutation.headers.getSetCookie()).toEqual([
    '__Host-gigraph-session=from-1; Max-Age=60; Path=/; HttpOnly; Secure; SameSite=Strict',
  ])

  const query = await gateway.post({ query: '{ whoami }' }, headers)
  expect(await query.json()).toEqual({ data: { whoami: 'nobody' } })
  expect(logins.seen[1]).not.toHaveProperty('cookies')
  expect(query.headers.getSetCookie()).toEqual([])
})

it('without a service for them nobody is asked, and any origin may call without them', async () => {
  const logins = answering(() => ({ login: { __typename: 'Person', id: '1' } }))
  const gateway = await startGateway({ supergraph, services: { logins: { local: logins.service } }, origins: ['*'] })
  const headers = { origin: 'https://any.example', 'x-gigraph-session': 'cookie', cookie: '__Host-gigraph-session=x' }
  const answer = await gateway.post({ query: 'mutation { login { id } }' }, headers)
  expect(answer.status).toBe(200)
  expect(answer.headers.getSetCookie()).toEqual([])
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull()
  expect(logins.seen[0]).not.toHaveProperty('cookies')
})

it('a list of any origin is none for cookies', async () => {
  const logins = answering(() => ({ login: { __typename: 'Person', id: '1' } }))
  const gateway = await startGateway({
    supergraph,
    services: { logins: { local: logins.service } },
    origins: ['*'],
    cookieService: 'logins',
  })
  const ask = (origin: string) =>
    gateway.post({ query: 'mutation { login { id } }' }, { origin, 'x-gigraph-session': 'cookie' })
  expect((await ask('https://any.example')).status).toBe(403)
  expect((await ask(gateway.origin)).status).toBe(200)
})
