import { payoutPaid } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { createLogger } from '@gigraph/shared/logging'
import { usd } from '@gigraph/shared/money'
import { type RunningService, startService } from '@gigraph/shared/service'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import type { ExecutionResult } from 'graphql'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { messagingService } from '../src/index.ts'
import { environmentOf, type Messaging, Read, Send, sendTo, startMessaging, talk } from './start.ts'

let m: Messaging
/** Another instance on the same database, as another process would be. */
let other: RunningService
beforeAll(async () => {
  m = await startMessaging()
  other = (await startService(messagingService, {
    environment: environmentOf(m),
    clock: m.messaging.clock,
    log: createLogger({ name: 'messaging', level: 'fatal' }),
    background: false,
  })) as RunningService
})
afterAll(async () => {
  await other.close()
  await m.close()
})
beforeEach(() => m.messaging.clock.advance('2h'))

const request = (viewer: Viewer, query: string, variables: object = {}) => ({
  query,
  variables: { ...variables },
  caller: { viewer, address: '127.0.0.1', userAgent: 'vitest' },
  requestId: makeId(),
})

type Live = AsyncIterableIterator<ExecutionResult>

const subscribe = async (service: RunningService, viewer: Viewer, query: string, variables: object = {}) => {
  const stream = await service.subscribe(request(viewer, query, variables))
  if (!(Symbol.asyncIterator in stream)) throw new Error(JSON.stringify(stream.errors))
  return stream
}

// biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
const take = async (stream: Live, count = 1): Promise<any[]> => {
  const taken = []
  while (taken.length < count) {
    const { value, done } = await stream.next()
    if (done) throw new Error(`the stream ended after ${taken.length} of ${count}`)
    if (value.errors) throw new Error(JSON.stringify(value.errors))
    taken.push(value.data)
  }
  return taken
}

const Added = /* GraphQL */ `
  subscription ($id: ID!, $after: Int) {
    messageAdded(conversationId: $id, afterSequence: $after) { sequence body sender { id } conversation { id lastSequence order { id } gig { id } } }
  }`
const Events = /* GraphQL */ `
  subscription ($id: ID!) {
    conversationEvents(conversationId: $id) { kind sequence user { id } message { body } conversation { participants { user { id } readSequence } } }
  }`
const Numbers = 'subscription { viewerUpdated { id unreadCount unreadNotificationCount } }'
const Inbox = 'subscription { inboxUpdated { id unreadCount lastMessage { body } } }'

test('a message that one instance writes arrives at the other’s subscriber', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const stream = await subscribe(other, bob, Added, { id: conversationId })
  await sendTo(m, ann, conversationId, 'across')
  const [{ messageAdded }] = await take(stream)
  expect(messageAdded).toMatchObject({
    sequence: 2,
    body: 'across',
    sender: { id: ann.id },
    conversation: { id: conversationId, lastSequence: 2 },
  })
  await stream.return?.()
})

test('twenty messages of two instances at once arrive in order, without gap or repetition, after what was missed', async () => {
  const { ann, bob, conversationId } = await talk(m)
  await sendTo(m, ann, conversationId, 'missed')
  m.messaging.clock.advance('2m')
  const streams = await Promise.all(
    [m.messaging.service, other].map((service) => subscribe(service, bob, Added, { id: conversationId, after: 1 })),
  )
  await Promise.all(
    Array.from({ length: 20 }, (_, index) => {
      const input = { conversationId, body: `message ${index}` }
      const [service, viewer] = index % 2 ? [m.messaging.service, ann] : [other, bob]
      return service.execute(request(viewer, Send, { input }))
    }),
  )
  for (const stream of streams) {
    const sequences = (await take(stream, 21)).map(({ messageAdded }) => messageAdded.sequence)
    expect(sequences).toEqual(Array.from({ length: 21 }, (_, index) => index + 2))
    await stream.return?.()
  }
})

test('more than one batch of missed messages arrives before live ones', async () => {
  const { ann, bob, conversationId } = await talk(m)
  for (let index = 0; index < 130; index += 1) {
    if (index % 20 === 0) m.messaging.clock.advance('2m')
    await sendTo(m, ann, conversationId, `message ${index}`)
  }
  const stream = await subscribe(other, bob, Added, { id: conversationId, after: 0 })
  expect((await take(stream, 131)).at(-1).messageAdded.sequence).toBe(131)
  m.messaging.clock.advance('2m')
  await sendTo(m, ann, conversationId, 'live')
  expect((await take(stream))[0].messageAdded).toMatchObject({ sequence: 132, body: 'live' })
  await stream.return?.()
})

test('each event is read anew: what changed since the last one shows', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const inbox = await subscribe(other, bob, Inbox)
  const events = await subscribe(other, ann, Events, { id: conversationId })
  await sendTo(m, ann, conversationId, 'two')
  await sendTo(m, ann, conversationId, 'three')
  expect(await take(inbox, 2)).toMatchObject([
    { inboxUpdated: { id: conversationId } },
    { inboxUpdated: { unreadCount: 3, lastMessage: { body: 'three' } } },
  ])
  await m.messaging.as(bob).query(Read, { input: { conversationId } })
  expect((await take(inbox))[0].inboxUpdated.unreadCount).toBe(0)
  const told = await take(events, 3)
  expect(told.map(({ conversationEvents }) => conversationEvents.kind)).toEqual([
    'MESSAGE_ADDED',
    'MESSAGE_ADDED',
    'READ',
  ])
  expect(told[2].conversationEvents).toMatchObject({ sequence: 3, user: { id: bob.id }, message: null })
  expect(told[2].conversationEvents.conversation.participants).toContainEqual({ user: { id: bob.id }, readSequence: 3 })
  await inbox.return?.()
  await events.return?.()
})

test('the viewer’s numbers follow what comes, and what is read on another device', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const numbers = await subscribe(other, bob, Numbers)
  const until = async (wanted: object): Promise<{ unreadNotificationCount: number }> => {
    const [{ viewerUpdated }] = await take(numbers)
    return expect.objectContaining(wanted).asymmetricMatch(viewerUpdated) ? viewerUpdated : until(wanted)
  }
  await sendTo(m, ann, conversationId, 'two')
  await until({ id: bob.id, unreadCount: 2 })
  await m.messaging.consume(payoutPaid, { payoutId: makeId(), userId: bob.id, amount: usd(5_000) })
  const { unreadNotificationCount } = await until({})
  expect(unreadNotificationCount).toBeGreaterThan(0)
  const { markNotificationsRead } = await m.messaging
    .as(bob)
    .query('mutation { markNotificationsRead(input: {}) { viewer { unreadNotificationCount unreadCount } } }')
  expect(markNotificationsRead.viewer).toEqual({ unreadNotificationCount: 0, unreadCount: 2 })
  await until({ unreadNotificationCount: 0, unreadCount: 2 })
  await m.messaging.as(bob).query(Read, { input: { conversationId } })
  await until({ unreadNotificationCount: 0, unreadCount: 0 })
  await numbers.return?.()
})

test('strangers cannot listen, nobody is asked to log in', async () => {
  const { conversationId } = await talk(m)
  for (const document of [Added, Events]) {
    const answer = await m.messaging.service.subscribe(request(person(), document, { id: conversationId }))
    expect(answer).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] })
  }
  const nobody = { ...request(person(), Inbox), caller: { viewer: null, address: '', userAgent: '' } }
  expect(await m.messaging.service.subscribe(nobody)).toMatchObject({
    errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
  })
})

test('who stops listening while waiting is let go at once', async () => {
  const { bob, conversationId } = await talk(m)
  const stream = await subscribe(other, bob, Added, { id: conversationId })
  const waiting = stream.next()
  await stream.return?.()
  expect(await waiting).toEqual({ done: true, value: undefined })
})
