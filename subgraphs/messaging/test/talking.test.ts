import { jobInvited, offerSent, proposalSubmitted } from '@gigraph/marketplace/events'
import { orderPlaced } from '@gigraph/orders/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { nextWhere, person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type Messaging, Start, sendTo, startMessaging, talk } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())
beforeEach(() => m.messaging.clock.advance('2h'))

const mutation = (name: string, type: string, selection: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field } } }`
const Edit = mutation('editMessage', 'EditMessageInput', 'message { body editedAt contactDetails }')
const Delete = mutation('deleteMessage', 'DeleteMessageInput', 'message { sequence body deletedAt sender { id } }')
const React = mutation('react', 'ReactInput', 'message { reactions { emoji count mine users { id } } }')
const Archive = mutation('archiveConversation', 'ArchiveConversationInput', 'conversation { archivedAt }')
const Mute = mutation('muteConversation', 'MuteConversationInput', 'conversation { mutedUntil }')
const Typing = mutation('setTyping', 'SetTypingInput', 'conversation { id }')
const Block = mutation('blockUser', 'BlockUserInput', 'user { id }')
const Unblock = mutation('unblockUser', 'UnblockUserInput', 'user { id }')
const Presence = mutation('updatePresence', 'UpdatePresenceInput', 'presenceVisible')
const Search = /* GraphQL */ `
  query ($query: String!, $conversationId: ID) { searchMessages(query: $query, conversationId: $conversationId) { nodes { body } } }`
const Me = /* GraphQL */ `
  query ($r: [_Any!]!, $filter: ConversationFilter) {
    _entities(representations: $r) {
      ... on Viewer { presenceVisible blockedUsers { id } conversations(filter: $filter) { nodes { id } } unreadNotificationCount }
    }
  }`

const run = (viewer: Viewer | null, document: string, input: object) => m.messaging.as(viewer).run(document, { input })
const ask = async (viewer: Viewer, document: string, input: object) =>
  Object.values(await m.messaging.as(viewer).query(document, { input }))[0] as {
    userErrors: { code: string }[]
    // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
    [field: string]: any
  }
const me = async (viewer: Viewer, filter: object = {}) =>
  (await m.messaging.as(viewer).query(Me, { r: [{ __typename: 'Viewer', id: viewer.id }], filter }))._entities[0]
const write = async (viewer: Viewer, conversationId: string, body: string) =>
  (await sendTo(m, viewer, conversationId, body)).data.sendMessage.message.id as string
const code = (expected: string) => [{ extensions: { code: expected } }]

describe('changing what one wrote', () => {
  test('a text is changed within 15 minutes, by its author, once it is still there', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const messageId = await write(ann, conversationId, 'a tpyo')
    const input = { messageId, body: 'a typo, mail me: ann@example.com' }
    const { message } = await ask(ann, Edit, input)
    expect(message).toMatchObject({ body: input.body, contactDetails: ['EMAIL'] })
    expect(message.editedAt).not.toBeNull()
    expect((await run(bob, Edit, input)).errors).toMatchObject(code('FORBIDDEN'))
    expect((await run(person(), Edit, input)).errors).toMatchObject(code('NOT_FOUND'))
    expect((await run(null, Edit, input)).errors).toMatchObject(code('UNAUTHENTICATED'))
    expect((await ask(ann, Edit, { messageId, body: '' })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    m.messaging.clock.advance('15m')
    expect((await ask(ann, Edit, input)).userErrors).toEqual([])
    m.messaging.clock.advance('1s')
    expect((await ask(ann, Edit, input)).userErrors).toMatchObject([{ code: 'EXPIRED' }])
  })

  test('a deleted message keeps its number and loses its text, for search too', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const word = `word${makeId().replaceAll('-', '')}`
    const messageId = await write(ann, conversationId, `a ${word} to regret`)
    const find = async () => (await m.messaging.as(bob).query(Search, { query: word })).searchMessages.nodes
    expect(await find()).toHaveLength(1)
    expect((await run(bob, Delete, { messageId })).errors).toMatchObject(code('FORBIDDEN'))
    expect((await run(person(), Delete, { messageId })).errors).toMatchObject(code('NOT_FOUND'))
    const { message } = await ask(ann, Delete, { messageId })
    expect(message).toMatchObject({ sequence: 2, body: '', sender: { id: ann.id } })
    expect(await ask(ann, Delete, { messageId })).toMatchObject({ message, userErrors: [] })
    expect((await ask(ann, Edit, { messageId, body: 'back' })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect((await ask(bob, React, { messageId, emoji: '👍' })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect(await find()).toEqual([])
  })

  test('an offer stays as it is and is marketplace’s', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const offerId = makeId()
    await m.messaging.consume(offerSent, {
      offerId,
      freelancerId: bob.id,
      clientId: ann.id,
      title: 'A shop',
      conversationId,
    })
    const List = 'query ($id: ID!) { conversation(id: $id) { lastMessage { id kind offer { id } } } }'
    const { conversation } = await m.messaging.as(ann).query(List, { id: conversationId })
    expect(conversation.lastMessage).toMatchObject({ kind: 'OFFER', offer: { id: offerId } })
    const messageId = conversation.lastMessage.id
    expect((await ask(bob, Edit, { messageId, body: 'x' })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect((await ask(bob, Delete, { messageId })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
  })
})

describe('reactions', () => {
  test('are counted per emoji, once per person, and taken back', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const messageId = await write(ann, conversationId, 'done!')
    await ask(bob, React, { messageId, emoji: '🎉' })
    await ask(bob, React, { messageId, emoji: '🎉' })
    const { message } = await ask(ann, React, { messageId, emoji: '👍🏽' })
    expect(message.reactions).toEqual([
      { emoji: expect.any(String), count: 1, mine: expect.any(Boolean), users: [expect.anything()] },
      { emoji: expect.any(String), count: 1, mine: expect.any(Boolean), users: [expect.anything()] },
    ])
    expect(message.reactions).toContainEqual({ emoji: '👍🏽', count: 1, mine: true, users: [{ id: ann.id }] })
    const without = await ask(bob, React, { messageId, emoji: '🎉', on: false })
    expect(without.message.reactions).toEqual([{ emoji: '👍🏽', count: 1, mine: false, users: [{ id: ann.id }] }])
    for (const emoji of ['x', '', '👍👍', '1'])
      expect((await ask(bob, React, { messageId, emoji })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await run(person(), React, { messageId, emoji: '👍' })).errors).toMatchObject(code('NOT_FOUND'))
    for (const emoji of ['😀', '😁', '😂', '😃', '😄', '😅', '😆', '😉', '😊', '😋'])
      expect((await ask(bob, React, { messageId, emoji })).userErrors).toEqual([])
    expect((await ask(bob, React, { messageId, emoji: '😎' })).userErrors).toMatchObject([{ code: 'LIMIT_EXCEEDED' }])
  })

  test('a page of messages with senders, answers and reactions needs a constant number of statements', async () => {
    const { ann, bob, conversationId } = await talk(m)
    for (let index = 0; index < 12; index += 1) {
      const messageId = await write(ann, conversationId, `message ${index}`)
      await ask(bob, React, { messageId, emoji: '👍' })
      await sendTo(m, bob, conversationId, 'answer', { replyToId: messageId })
    }
    const Page = /* GraphQL */ `
      query ($id: ID!, $last: Int) {
        conversation(id: $id) { messages(last: $last) { nodes { body sender { id isOnline } replyTo { body } reactions { count } attachments { id } conversation { id } } } }
      }`
    const count = (last: number) =>
      m.messaging.countStatements(() => m.messaging.as(ann).query(Page, { id: conversationId, last }))
    const few = await count(4)
    expect(await count(24)).toBe(few)
    // The conversation, its people, messages, answered messages, reactions, files, presence, who has blocked the viewer.
    expect(few).toBe(8)
  })
})

describe('one’s own inbox', () => {
  test('what is put away comes back with the next message, unless it is muted', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const ids = async (archived: boolean) =>
      (await me(bob, { archived })).conversations.nodes.map(({ id }: { id: string }) => id)
    expect((await ask(bob, Archive, { conversationId })).conversation.archivedAt).not.toBeNull()
    expect([await ids(false), await ids(true)]).toEqual([[], [conversationId]])
    expect((await me(ann)).conversations.nodes).toHaveLength(1)
    await sendTo(m, ann, conversationId, 'hello again')
    expect(await ids(false)).toEqual([conversationId])
    const until = new Date(m.messaging.clock.now().getTime() + 3_600_000).toISOString()
    const muted = await ask(bob, Mute, { conversationId, until })
    expect(new Date(muted.conversation.mutedUntil).toISOString()).toBe(until)
    await ask(bob, Archive, { conversationId })
    await sendTo(m, ann, conversationId, 'and again')
    expect(await ids(true)).toEqual([conversationId])
    expect((await ask(bob, Archive, { conversationId, archived: false })).conversation.archivedAt).toBeNull()
    expect((await run(person(), Archive, { conversationId })).errors).toMatchObject(code('NOT_FOUND'))
  })

  test('a muted conversation makes neither notifications nor mails', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const soon = new Date(m.messaging.clock.now().getTime() + 60_000).toISOString()
    const past = new Date(m.messaging.clock.now().getTime() - 1).toISOString()
    expect((await ask(bob, Mute, { conversationId, until: past })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await run(person(), Mute, { conversationId, until: soon })).errors).toMatchObject(code('NOT_FOUND'))
    const before = (await m.messaging.outbox('mail-unread-messages')).length
    const { ann: cy, bob: di, conversationId: fresh } = await talk(m)
    expect((await m.messaging.outbox('mail-unread-messages')).length).toBe(before + 1)
    await ask(di, Mute, { conversationId: fresh, until: soon })
    await sendTo(m, cy, fresh, 'psst')
    expect((await m.messaging.outbox('mail-unread-messages')).length).toBe(before + 1)
    await ask(bob, Mute, { conversationId, until: soon })
    const count = (await me(bob)).unreadNotificationCount
    await sendTo(m, ann, conversationId, 'psst')
    expect((await me(bob)).unreadNotificationCount).toBe(count)
    expect((await ask(bob, Mute, { conversationId, until: null })).conversation.mutedUntil).toBeNull()
  })

  test('search finds words in one’s own conversations only', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const word = `zebra${makeId().replaceAll('-', '')}`
    await sendTo(m, ann, conversationId, `the ${word} is striped`)
    await sendTo(m, bob, conversationId, `no ${word} here, only a horse`)
    const find = async (viewer: Viewer, query: string, more: object = {}) =>
      (await m.messaging.as(viewer).query(Search, { query, ...more })).searchMessages.nodes
    expect(await find(bob, word)).toHaveLength(2)
    expect(await find(bob, `${word} -horse`)).toEqual([{ body: `the ${word} is striped` }])
    expect(await find(person(), word)).toEqual([])
    expect(await find(bob, word, { conversationId: makeId() })).toEqual([])
    expect((await m.messaging.as(bob).run(Search, { query: 'x' })).errors).toMatchObject(code('BAD_USER_INPUT'))
    expect((await m.messaging.anonymous.run(Search, { query: word })).errors).toMatchObject(code('UNAUTHENTICATED'))
  })
})

describe('presence', () => {
  test('typing reaches those who look, and nobody else may type', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const events = await m.messaging
      .as(ann)
      .subscribe(
        'subscription ($id: ID!) { conversationEvents(conversationId: $id) { kind user { id } message { id } } }',
        {
          id: conversationId,
        },
      )
    expect((await ask(bob, Typing, { conversationId })).userErrors).toEqual([])
    const typing = await nextWhere(events, ({ data }) => data.conversationEvents.kind === 'TYPING')
    expect(typing.data.conversationEvents).toEqual({
      kind: 'TYPING',
      user: { id: bob.id },
      message: null,
    })
    await events.return?.()
    expect((await run(person(), Typing, { conversationId })).errors).toMatchObject(code('NOT_FOUND'))
  })

  test('others see when one was here, unless one hides it; strangers to the product see nothing', async () => {
    const { ann, bob } = await talk(m)
    const Seen = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { lastSeenAt isOnline } } }'
    const seen = async (viewer: Viewer | null) =>
      (await m.messaging.as(viewer).query(Seen, { r: [{ __typename: 'User', id: ann.id }] }))._entities[0]
    expect(await seen(bob)).toMatchObject({ isOnline: true })
    expect(await seen(null)).toEqual({ lastSeenAt: null, isOnline: false })
    m.messaging.clock.advance('3m')
    expect(await seen(bob)).toEqual({ lastSeenAt: expect.anything(), isOnline: false })
    expect(await ask(ann, Presence, { visible: false })).toEqual({ presenceVisible: false, userErrors: [] })
    expect(await seen(bob)).toEqual({ lastSeenAt: null, isOnline: false })
    expect((await seen(ann)).lastSeenAt).not.toBeNull()
    expect((await me(ann)).presenceVisible).toBe(false)
    expect((await run(null, Presence, { visible: true })).errors).toMatchObject(code('UNAUTHENTICATED'))
  })
})

describe('blocks', () => {
  test('end direct talk both ways until taken back; talk about an order goes on', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const said = await write(ann, conversationId, 'Nice, is it not?')
    expect((await ask(bob, Block, { userId: ann.id })).user).toEqual({ id: ann.id })
    await ask(bob, Block, { userId: ann.id })
    expect(await m.messaging.outbox('user.blocked')).toEqual([{ blockerId: bob.id, blockedId: ann.id }])
    expect((await me(bob)).blockedUsers).toEqual([{ id: ann.id }])
    for (const viewer of [ann, bob])
      expect((await sendTo(m, viewer, conversationId, 'x')).data.sendMessage.userErrors).toMatchObject([
        { code: 'NOT_ALLOWED' },
      ])
    for (const viewer of [ann, bob]) {
      expect((await ask(viewer, Typing, { conversationId })).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
      expect((await ask(viewer, React, { messageId: said, emoji: '👍' })).userErrors).toMatchObject([
        { code: 'NOT_ALLOWED' },
      ])
    }
    expect((await ask(ann, Edit, { messageId: said, body: 'x' })).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    const restart = { participantId: bob.id, message: 'x' }
    expect((await ask(ann, Start, restart)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])

    const order = { orderId: makeId(), buyerId: ann.id, sellerId: bob.id, title: 'A logo', gigId: null, total: usd(1) }
    await m.messaging.consume(orderPlaced, { ...order, proposalId: null, offerId: null })
    m.world.orders.set(order.orderId, order)
    expect((await ask(ann, Start, { orderId: order.orderId, message: 'the files' })).userErrors).toEqual([])

    // Taking one's own words back is not talk.
    expect((await ask(ann, Delete, { messageId: said })).userErrors).toEqual([])
    await ask(bob, Unblock, { userId: ann.id })
    expect((await sendTo(m, ann, conversationId, 'x')).data.sendMessage.userErrors).toEqual([])
    expect((await ask(bob, Block, { userId: bob.id })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await run(null, Block, { userId: bob.id })).errors).toMatchObject(code('UNAUTHENTICATED'))
  })
})

test('who has blocked somebody is not told of their offers, proposals and invitations, nor seen by them', async () => {
  const { ann, bob, conversationId } = await talk(m)
  await m.messaging.as(bob).query(Block, { input: { userId: ann.id } })
  const unread = async () => (await me(bob)).unreadNotificationCount
  const before = await unread()
  const offer = { offerId: makeId(), freelancerId: ann.id, clientId: bob.id, title: 'A shop', conversationId }
  const job = { jobId: makeId(), clientId: bob.id, freelancerId: ann.id }
  await m.messaging.consume(offerSent, offer)
  await m.messaging.consume(proposalSubmitted, { ...job, proposalId: makeId(), jobTitle: 'A site' })
  await m.messaging.consume(jobInvited, {
    ...{ jobId: makeId(), invitationId: makeId(), title: 'A site' },
    ...{ clientId: ann.id, freelancerId: bob.id },
  })
  expect(await unread()).toBe(before)
  const List = 'query ($id: ID!) { conversation(id: $id) { lastMessage { kind } } }'
  expect((await m.messaging.as(bob).query(List, { id: conversationId })).conversation.lastMessage.kind).toBe('TEXT')
  const Seen = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on User { lastSeenAt isOnline } } }'
  await m.messaging.as(bob).query(Start, { input: { participantId: m.member('Cy').id, message: 'I am here' } })
  const seen = async (viewer: Viewer) =>
    (await m.messaging.as(viewer).query(Seen, { r: [{ __typename: 'User', id: bob.id }] }))._entities[0]
  expect(await seen(ann)).toEqual({ lastSeenAt: null, isOnline: false })
  expect(await seen(person())).toMatchObject({ isOnline: true })
  await m.messaging.as(bob).query(Unblock, { input: { userId: ann.id } })
  await m.messaging.consume(offerSent, { ...offer, offerId: makeId() })
  expect(await unread()).toBe(before + 1)
  expect((await m.messaging.as(bob).query(List, { id: conversationId })).conversation.lastMessage.kind).toBe('OFFER')
})

test('contact details are flagged before an order, not cut, and not after one', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const List = 'query ($id: ID!) { conversation(id: $id) { lastMessage { body contactDetails } } }'
  const last = async () => (await m.messaging.as(bob).query(List, { id: conversationId })).conversation.lastMessage
  await sendTo(m, ann, conversationId, 'ann@example.com')
  expect(await last()).toEqual({ body: 'ann@example.com', contactDetails: ['EMAIL'] })
  const order = { orderId: makeId(), buyerId: ann.id, sellerId: bob.id, title: 'A logo', gigId: null, total: usd(1) }
  await m.messaging.consume(orderPlaced, { ...order, proposalId: null, offerId: null })
  await sendTo(m, ann, conversationId, 'ann@example.com')
  expect((await last()).contactDetails).toEqual([])
})
