import { offerSent, proposalSubmitted } from '@gigraph/marketplace/events'
import { orderPlaced, orderStarted } from '@gigraph/orders/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { Messages, type Messaging, Read, Send, Start, sendTo, startMessaging, talk } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())
// Limits of one test are not those of the next.
beforeEach(() => m.messaging.clock.advance('2h'))

const code = (expected: string) => [{ extensions: { code: expected } }]

describe('starting a conversation', () => {
  test('the same two people have one direct conversation, whoever starts', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const again = await m.messaging.as(bob).query(Start, { input: { participantId: ann.id, message: 'Hi Ann' } })
    expect(again.startConversation).toMatchObject({
      conversation: { id: conversationId, kind: 'DIRECT', title: null, counterpart: { id: ann.id }, lastSequence: 2 },
      message: { sequence: 2, body: 'Hi Ann' },
      userErrors: [],
    })
    expect(await m.messaging.outbox('conversation.started')).toContainEqual({
      conversationId,
      starterId: ann.id,
      participantIds: [ann.id, bob.id].sort(),
    })
  })

  test('one talks about a gig with its seller only, as marketplace knows it', async () => {
    const ann = m.member('Ann')
    const bob = m.member('Bob')
    const gigId = makeId()
    m.world.gigs.set(gigId, { sellerId: bob.id, title: 'A logo' })
    const input = { participantId: bob.id, gigId, message: 'Is this still on?' }
    const { startConversation } = await m.messaging.as(ann).query(Start, { input })
    expect(startConversation.conversation).toMatchObject({ kind: 'GIG', title: 'A logo', gig: { id: gigId } })
    const other = { ...input, participantId: m.member('Eve').id }
    expect((await m.messaging.as(ann).query(Start, { input: other })).startConversation.userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'gigId'] },
    ])
    const paused = { ...input, gigId: makeId() }
    expect((await m.messaging.as(ann).query(Start, { input: paused })).startConversation.userErrors).toMatchObject([
      { code: 'NOT_AVAILABLE', message: 'The gig is paused.' },
    ])
  })

  test('a freelancer talks about an open job with its client, and its client with freelancers', async () => {
    const client = m.member('Ann', 'CLIENT')
    const freelancer = m.member('Bob', 'FREELANCER')
    const jobId = makeId()
    m.world.jobs.set(jobId, { clientId: client.id, title: 'A shop', open: true })
    const start = (viewer: Viewer, input: object) =>
      m.messaging.as(viewer).run(Start, { input: { jobId, message: 'About this', ...input } })
    const { data } = await start(freelancer, {})
    expect(data.startConversation.conversation).toMatchObject({
      kind: 'JOB',
      title: 'A shop',
      job: { id: jobId },
      counterpart: { id: client.id },
    })
    // The same one, from the other side, also when the job takes no more applications.
    m.world.jobs.set(jobId, { clientId: client.id, title: 'A shop', open: false })
    const answer = await start(client, { participantId: freelancer.id })
    expect(answer.data.startConversation.conversation.id).toBe(data.startConversation.conversation.id)
    const another = m.member('Cy', 'FREELANCER')
    expect((await start(another, {})).data.startConversation.userErrors).toMatchObject([
      { code: 'NOT_AVAILABLE', field: ['input', 'jobId'] },
    ])
    expect((await start(client, { participantId: another.id })).data.startConversation.userErrors).toEqual([])
    const faults: [Viewer, object][] = [
      [client, {}],
      [client, { participantId: m.member('Di', 'CLIENT').id }],
      [another, { participantId: freelancer.id }],
    ]
    for (const [viewer, input] of faults)
      expect((await start(viewer, input)).data.startConversation.userErrors).toMatchObject([
        { code: 'VALIDATION', field: ['input', 'participantId'] },
      ])
    for (const [viewer, input] of [
      [m.member('Eve', 'CLIENT'), {}],
      [freelancer, { jobId: makeId() }],
    ] as const)
      expect((await start(viewer, input)).errors).toMatchObject(code('NOT_FOUND'))
  })

  test('one talks about an order with its other side only, as orders knows it', async () => {
    const ann = m.member('Ann')
    const bob = m.member('Bob')
    const orderId = makeId()
    m.world.orders.set(orderId, { buyerId: ann.id, sellerId: bob.id, title: 'A logo' })
    const { startConversation } = await m.messaging.as(bob).query(Start, { input: { orderId, message: 'A question' } })
    expect(startConversation.conversation).toMatchObject({
      kind: 'ORDER',
      order: { id: orderId },
      counterpart: { id: ann.id },
    })
    const eve = await m.messaging.as(m.member('Eve')).run(Start, { input: { orderId, message: 'x' } })
    expect(eve.errors).toMatchObject(code('NOT_FOUND'))
  })

  test('a proposal opens a conversation that nobody sees before somebody writes', async () => {
    const client = m.member('Ann')
    const freelancer = m.member('Bob')
    const proposalId = makeId()
    const facts = { proposalId, jobId: makeId(), freelancerId: freelancer.id, clientId: client.id, jobTitle: 'A shop' }
    await m.messaging.consume(proposalSubmitted, facts)
    const Inbox =
      '{ _entities(representations: [{ __typename: "Viewer", id: "ID" }]) { ... on Viewer { conversations { nodes { kind title } } } } }'
    const inbox = async () =>
      (await m.messaging.as(client).query(Inbox.replace('ID', client.id)))._entities[0].conversations.nodes
    expect(await inbox()).toEqual([])
    await m.messaging.as(client).query(Start, { input: { proposalId, message: 'Tell me more' } })
    expect(await inbox()).toEqual([{ kind: 'PROPOSAL', title: 'A shop' }])
    const eve = await m.messaging.as(m.member('Eve')).run(Start, { input: { proposalId, message: 'x' } })
    expect(eve.errors).toMatchObject(code('NOT_FOUND'))
  })

  test('what is refused: oneself, nobody, the unknown, two subjects, an empty text', async () => {
    const ann = m.member('Ann')
    const start = async (input: object) => (await m.messaging.as(ann).query(Start, { input })).startConversation
    expect((await start({ participantId: ann.id, message: 'x' })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await start({ message: 'x' })).userErrors).toMatchObject([{ field: ['input', 'participantId'] }])
    expect((await start({ gigId: makeId(), orderId: makeId(), message: 'x' })).userErrors).toMatchObject([
      { code: 'VALIDATION' },
    ])
    expect((await start({ participantId: makeId(), message: '  ' })).userErrors).toMatchObject([
      { field: ['input', 'message'] },
    ])
    const unknown = await m.messaging.as(ann).run(Start, { input: { participantId: makeId(), message: 'x' } })
    expect(unknown.errors).toMatchObject(code('NOT_FOUND'))
    const nobody = await m.messaging.anonymous.run(Start, { input: { participantId: ann.id, message: 'x' } })
    expect(nobody.errors).toMatchObject(code('UNAUTHENTICATED'))
  })

  test('five an hour, however parallel; the sixth is limited and leaves nothing', async () => {
    const ann = m.member('Ann')
    const others = Array.from({ length: 50 }, () => m.member('Bob'))
    const answers = await Promise.all(
      others.map(({ id }) => m.messaging.as(ann).run(Start, { input: { participantId: id, message: 'Hi' } })),
    )
    const limited = answers.filter(({ errors }) => errors)
    expect(limited).toHaveLength(45)
    for (const { errors } of limited)
      expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 3_600 } }])
    m.messaging.clock.advance('61m')
    const later = await m.messaging.as(ann).run(Start, { input: { participantId: m.member('Cy').id, message: 'Hi' } })
    expect(later.errors).toBeUndefined()
  })
})

describe('sending', () => {
  test('twenty at once get the numbers 2 to 21, without a gap', async () => {
    const { ann, bob, conversationId } = await talk(m)
    m.messaging.clock.advance('2m')
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => sendTo(m, index % 2 ? ann : bob, conversationId, `message ${index}`)),
    )
    const sequences = answers.map(({ data }) => data.sendMessage.message.sequence).sort((one, other) => one - other)
    expect(sequences).toEqual(Array.from({ length: 20 }, (_, index) => index + 2))
    const { conversation } = await m.messaging.as(ann).query(Messages, { id: conversationId, first: 100 })
    expect(conversation.messages.nodes.map((message: { sequence: number }) => message.sequence)).toEqual(
      Array.from({ length: 21 }, (_, index) => index + 1),
    )
  })

  test('of fifty at once of one person twenty are written, wherever', async () => {
    const { ann, conversationId } = await talk(m)
    const second = await m.messaging
      .as(ann)
      .query(Start, { input: { participantId: m.member('Cy').id, message: 'Hi' } })
    m.messaging.clock.advance('2m')
    const places = [conversationId, second.startConversation.conversation.id]
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, index) => sendTo(m, ann, places[index % 2], `message ${index}`)),
    )
    expect(answers.filter(({ data }) => data?.sendMessage?.message)).toHaveLength(20)
    for (const { errors } of answers.filter((each) => each.errors))
      expect(errors).toMatchObject([{ extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } }])
  })

  test('who asks for everything after the last number while others write never sees a gap', async () => {
    const { ann, bob, conversationId } = await talk(m)
    m.messaging.clock.advance('2m')
    let writing = true
    const written = Promise.all(
      Array.from({ length: 36 }, (_, index) => sendTo(m, index % 2 ? ann : bob, conversationId, `message ${index}`)),
    ).finally(() => {
      writing = false
    })
    const seen: number[] = []
    // Once more after the last was written.
    for (let last = false; !last; ) {
      last = !writing
      const variables = { id: conversationId, afterSequence: seen.at(-1) ?? 0, first: 3 }
      const { conversation } = await m.messaging.as(bob).query(Messages, variables)
      const numbers = conversation.messages.nodes.map(({ sequence }: { sequence: number }) => sequence)
      seen.push(...numbers)
      if (numbers.length > 0) last = false
    }
    expect((await written).every(({ errors }) => !errors)).toBe(true)
    expect(seen).toEqual(Array.from({ length: 37 }, (_, index) => index + 1))
  })

  test('a retry with the client’s own id is one message, also at once, also beyond the limit', async () => {
    const { ann, conversationId } = await talk(m)
    const retries = await Promise.all(
      Array.from({ length: 5 }, () => sendTo(m, ann, conversationId, 'once', { clientMessageId: 'c-1' })),
    )
    expect(new Set(retries.map(({ data }) => data.sendMessage.message.id)).size).toBe(1)
    expect(retries[0]?.data.sendMessage.message).toMatchObject({ sequence: 2, clientMessageId: 'c-1' })
    for (let index = 0; index < 18; index += 1) await sendTo(m, ann, conversationId, 'more')
    expect((await sendTo(m, ann, conversationId, 'too much')).errors).toMatchObject([
      { extensions: { code: 'RATE_LIMITED', retryAfterSeconds: 60 } },
    ])
    expect((await sendTo(m, ann, conversationId, 'once', { clientMessageId: 'c-1' })).errors).toBeUndefined()
    m.messaging.clock.advance('61s')
    expect((await sendTo(m, ann, conversationId, 'later')).errors).toBeUndefined()
  })

  test('strangers find neither the conversation nor its messages; nobody is asked to log in', async () => {
    const { ann, conversationId } = await talk(m)
    const stranger = person('CLIENT', 'FREELANCER')
    const sent = (await sendTo(m, ann, conversationId, 'secret')).data.sendMessage.message
    expect((await sendTo(m, stranger, conversationId, 'x')).errors).toMatchObject(code('NOT_FOUND'))
    const eve = m.messaging.as(stranger)
    expect((await eve.run(Read, { input: { conversationId } })).errors).toMatchObject(code('NOT_FOUND'))
    expect((await eve.run(Messages, { id: conversationId })).errors).toMatchObject(code('NOT_FOUND'))
    expect((await eve.run(Messages, { id: 'nonsense' })).errors).toMatchObject(code('NOT_FOUND'))
    const Entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { __typename } }'
    for (const r of [
      { __typename: 'Message', id: sent.id },
      { __typename: 'Conversation', id: conversationId },
      { __typename: 'Viewer', id: ann.id },
    ])
      expect((await eve.run(Entities, { r: [r] })).errors).toMatchObject(code('NOT_FOUND'))
    expect((await m.messaging.anonymous.run(Messages, { id: conversationId })).errors).toMatchObject(
      code('UNAUTHENTICATED'),
    )
    const nobody = await m.messaging.anonymous.run(Send, { input: { conversationId, body: 'x' } })
    expect(nobody.errors).toMatchObject(code('UNAUTHENTICATED'))
  })

  test('texts have bounds; an answer is to a message of the same conversation', async () => {
    const { ann, conversationId } = await talk(m)
    const long = await sendTo(m, ann, conversationId, 'x'.repeat(10_001))
    expect(long.data.sendMessage.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'body'] }])
    const first = (await sendTo(m, ann, conversationId, 'x'.repeat(10_000))).data.sendMessage.message
    const answer = await sendTo(m, ann, conversationId, 'to that', { replyToId: first.id })
    expect(answer.data.sendMessage.message.replyTo).toEqual({ id: first.id })
    const elsewhere = await talk(m)
    const foreign = await sendTo(m, elsewhere.ann, elsewhere.conversationId, 'x', { replyToId: first.id })
    expect(foreign.data.sendMessage.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'replyToId'] }])
  })

  test('message.sent carries ids and how long the answer took, never the text', async () => {
    const { ann, bob, conversationId } = await talk(m)
    m.messaging.clock.advance('90s')
    const { message } = (await sendTo(m, bob, conversationId, 'an answer')).data.sendMessage
    const { message: more } = (await sendTo(m, bob, conversationId, 'and more')).data.sendMessage
    const told = await m.messaging.outbox('message.sent')
    const facts = { conversationId, senderId: bob.id, recipientIds: [ann.id] }
    expect(told).toContainEqual({ ...facts, messageId: message.id, answeredAfterSeconds: 90 })
    expect(told).toContainEqual({ ...facts, messageId: more.id, answeredAfterSeconds: null })
  })
})

describe('reading', () => {
  test('a client that was away asks for everything after the last number it knows, and pages both ways', async () => {
    const { ann, bob, conversationId } = await talk(m)
    for (let index = 2; index <= 7; index += 1) await sendTo(m, ann, conversationId, `message ${index}`)
    const page = async (variables: object) =>
      (await m.messaging.as(bob).query(Messages, { id: conversationId, ...variables })).conversation.messages
    const numbers = ({ nodes }: { nodes: { sequence: number }[] }) => nodes.map(({ sequence }) => sequence)
    expect(numbers(await page({ afterSequence: 5 }))).toEqual([6, 7])
    const last = await page({ last: 3 })
    expect(numbers(last)).toEqual([5, 6, 7])
    expect(last.pageInfo.hasPreviousPage).toBe(true)
    expect(numbers(await page({ last: 3, before: last.pageInfo.startCursor }))).toEqual([2, 3, 4])
    const first = await page({ first: 2, afterSequence: 3 })
    expect(numbers(first)).toEqual([4, 5])
    expect(numbers(await page({ first: 5, afterSequence: 3, after: first.pageInfo.endCursor }))).toEqual([6, 7])
  })

  test('read marks count down, never go back, never beyond the end', async () => {
    const { ann, bob, conversationId } = await talk(m)
    await sendTo(m, ann, conversationId, 'two')
    await sendTo(m, ann, conversationId, 'three')
    const read = async (sequence?: number) =>
      (await m.messaging.as(bob).query(Read, { input: { conversationId, sequence } })).markRead
    const unread = async () =>
      (await m.messaging.as(bob).query(Messages, { id: conversationId })).conversation.unreadCount
    expect(await unread()).toBe(3)
    expect((await read(2)).conversation.unreadCount).toBe(1)
    await read(1)
    expect(await unread()).toBe(1)
    expect((await read(-1)).userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'sequence'] }])
    await read(99)
    expect(await unread()).toBe(0)
    await sendTo(m, ann, conversationId, 'four')
    expect(await unread()).toBe(1)
    await sendTo(m, bob, conversationId, 'who writes has read')
    expect(await unread()).toBe(0)
  })

  test('the inbox needs as many statements for 5 conversations as for 2, and is in order', async () => {
    const ann = m.member('Ann')
    for (const name of ['Bob', 'Cy', 'Di', 'Ed', 'Flo']) {
      m.messaging.clock.advance('1s')
      await m.messaging.as(m.member(name)).query(Start, { input: { participantId: ann.id, message: `from ${name}` } })
    }
    const Inbox = /* GraphQL */ `
      query ($viewer: [_Any!]!, $first: Int) {
        _entities(representations: $viewer) {
          ... on Viewer {
            unreadCount
            conversations(first: $first, filter: { unread: true }) {
              nodes { id unreadCount counterpart { id } participants { user { id } readSequence } lastMessage { body sender { id } } }
            }
          }
        }
      }`
    const viewer = [{ __typename: 'Viewer', id: ann.id }]
    const count = (first: number) =>
      m.messaging.countStatements(() => m.messaging.as(ann).query(Inbox, { viewer, first }))
    expect(await count(2)).toBe(4)
    expect(await count(5)).toBe(4)
    const { _entities } = await m.messaging.as(ann).query(Inbox, { viewer, first: 5 })
    expect(_entities[0].unreadCount).toBe(5)
    expect(
      _entities[0].conversations.nodes.map((node: { lastMessage: { body: string } }) => node.lastMessage.body),
    ).toEqual(['from Flo', 'from Ed', 'from Di', 'from Cy', 'from Bob'])
  })
})

describe('what happens elsewhere', () => {
  const order = (buyerId: string, sellerId: string) => ({
    orderId: makeId(),
    buyerId,
    sellerId,
    title: 'A logo',
    gigId: makeId(),
    total: usd(5_000),
  })
  const OrderTalk = /* GraphQL */ `
    query ($order: [_Any!]!) {
      _entities(representations: $order) { ... on Order { conversation { id kind order { id } messages { nodes { kind body sender { id } } } } } }
    }`

  test('an order makes its conversation once, in whatever order its events come; only its sides see it', async () => {
    const ann = m.member('Ann')
    const bob = m.member('Bob')
    const facts = order(ann.id, bob.id)
    const id = makeId()
    await m.messaging.consume(orderStarted, { ...facts, dueAt: '2026-12-24T12:00:00.000Z' })
    await m.messaging.consume(orderPlaced, { ...facts, proposalId: null, offerId: null }, { id })
    await m.messaging.consume(orderPlaced, { ...facts, proposalId: null, offerId: null }, { id })
    const variables = { order: [{ __typename: 'Order', id: facts.orderId }] }
    for (const viewer of [ann, bob]) {
      const { _entities } = await m.messaging.as(viewer).query(OrderTalk, variables)
      expect(_entities[0].conversation).toMatchObject({
        kind: 'ORDER',
        order: { id: facts.orderId },
        messages: {
          nodes: [
            { kind: 'SYSTEM', body: 'The order is paid and work begins. It is due on 2026-12-24.', sender: null },
            { kind: 'SYSTEM', body: '“A logo” was ordered.', sender: null },
          ],
        },
      })
    }
    for (const viewer of [person(), null])
      expect((await m.messaging.as(viewer).query(OrderTalk, variables))._entities[0].conversation).toBeNull()
  })

  test('an offer stands in the conversation in which it was made, or in the direct one', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const elsewhere = await talk(m)
    const facts = { freelancerId: bob.id, clientId: ann.id, title: 'A shop' }
    await m.messaging.consume(offerSent, { ...facts, offerId: makeId(), conversationId })
    // Not theirs: the event cannot put it there.
    await m.messaging.consume(offerSent, { ...facts, offerId: makeId(), conversationId: elsewhere.conversationId })
    const { conversation } = await m.messaging.as(ann).query(Messages, { id: conversationId })
    expect(conversation.messages.nodes).toMatchObject([
      { kind: 'TEXT' },
      { kind: 'OFFER', body: 'A shop', sender: { id: bob.id } },
      { kind: 'OFFER' },
    ])
  })
})
