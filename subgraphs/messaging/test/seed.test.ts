import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { seedMessaging } from '../src/seed.ts'
import { Messages, type Messaging, sendTo, startMessaging } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

test('the demo is written as if it had happened: numbered, read, and open for more', async () => {
  const ann = m.member('Ann')
  const bob = m.member('Bob')
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute))
  const id = makeId()
  const said = (senderId: string | null, body: string, minute: number) => ({
    id: makeId(),
    senderId,
    body,
    createdAt: at(minute),
  })
  const orderId = makeId()
  const hello = said(ann.id, 'Hello!', 1)
  const many = Array.from({ length: 2_500 }, (_, index) => ({
    id: makeId(),
    userId: ann.id,
    category: 'ORDERS' as const,
    title: `Notification ${index}`,
    body: 'It happened.',
    link: '/orders',
    orderId,
    createdAt: at(index),
    readAt: index < 2_490 ? at(index) : null,
  }))
  await seedMessaging(m.messaging.context, {
    people: [{ userId: ann.id, roles: ['CLIENT'] }],
    conversations: [
      {
        id,
        kind: 'ORDER',
        subjectId: orderId,
        title: 'A logo',
        userIds: [ann.id, bob.id],
        startedBy: null,
        createdAt: at(0),
        messages: [
          said(null, '“A logo” was ordered.', 0),
          hello,
          { ...said(bob.id, 'Hi, I begin now.', 2), replyToId: hello.id, reactions: [{ userId: ann.id, emoji: '👍' }] },
        ],
        read: { [ann.id]: 2 },
      },
    ],
    notifications: many,
  })

  const { conversation } = await m.messaging.as(ann).query(Messages, { id })
  expect(conversation).toMatchObject({ lastSequence: 3, unreadCount: 1 })
  expect(conversation.messages.nodes).toMatchObject([
    { kind: 'SYSTEM', sequence: 1, sender: null },
    { kind: 'TEXT', sequence: 2, sender: { id: ann.id } },
    { kind: 'TEXT', sequence: 3, sender: { id: bob.id } },
  ])
  const Last =
    'query ($id: ID!) { conversation(id: $id) { lastMessage { replyTo { body } reactions { emoji mine } } } }'
  expect((await m.messaging.as(ann).query(Last, { id })).conversation.lastMessage).toEqual({
    replyTo: { body: 'Hello!' },
    reactions: [{ emoji: '👍', mine: true }],
  })
  expect((await sendTo(m, bob, id, 'Done.')).data.sendMessage.message.sequence).toBe(4)
  const Viewer =
    'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Viewer { unreadNotificationCount conversations { nodes { id } } } } }'
  const { _entities } = await m.messaging.as(ann).query(Viewer, { r: [{ __typename: 'Viewer', id: ann.id }] })
  // One more: Bob's message.
  expect(_entities).toEqual([{ unreadNotificationCount: 11, conversations: { nodes: [{ id }] } }])
  expect(await m.messaging.outbox('message.sent')).toHaveLength(1)
})
