import { openDatabase } from '@gigraph/shared/database'
import { connectionFields, recordStatements, rowsLookedAt, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { peopleKey } from '../src/conversation/conversation.ts'
import { messagingService } from '../src/index.ts'
import { searchMessages } from '../src/message/search-messages.ts'
import {
  attachments,
  conversations,
  messageReports,
  messages,
  notifications,
  participants,
  people,
  reactions,
  tickets,
  webhookAttempts,
  webhookDeliveries,
  webhookEndpoints,
} from '../src/tables.ts'
import { type Messaging, startMessaging } from './start.ts'

const MANY = 55
const WORD = 'harpsichord'
let m: Messaging
let owner: ReturnType<Messaging['member']>
/** The conversation that has 55 messages. */
let conversationId: string
const helper = staff('support:write', 'content:moderate')

/** Somebody with 55 of everything, each with 55 others. */
beforeAll(async () => {
  m = await startMessaging()
  owner = m.member('Ann', 'CLIENT')
  const { db, clock } = m.messaging.context
  const at = (index: number) => new Date(clock.now().getTime() - index * 1_000)
  const many = <T>(make: (index: number) => T) => Array.from({ length: MANY }, (_, index) => make(index))
  const others = many(() => makeId())
  await db.insert(people).values(others.map((userId) => ({ userId, lastSeenAt: clock.now() })))
  const talks = many((index) => ({ id: makeId(), other: others[index] ?? '', at: at(index) }))
  const asked = many((index) => ({ id: makeId(), conversationId: makeId(), at: at(index) }))
  conversationId = talks[0]?.id ?? ''

  await db.insert(conversations).values([
    ...talks.map(({ id, other, at: createdAt }) => ({
      ...{ id, kind: 'DIRECT' as const, peopleKey: peopleKey([owner.id, other]), createdAt },
      ...{ lastSequence: id === conversationId ? MANY : 1, lastMessageAt: createdAt },
    })),
    ...asked.map(({ id, conversationId: talk, at: createdAt }) => ({
      ...{ id: talk, kind: 'TICKET' as const, subjectId: id, title: 'A question', peopleKey: owner.id, createdAt },
    })),
  ])
  await db
    .insert(participants)
    .values([
      ...talks.flatMap(({ id, other, at: lastMessageAt }) =>
        [owner.id, other].map((userId) => ({ conversationId: id, userId, lastMessageAt })),
      ),
      ...asked.map(({ conversationId: talk }) => ({ conversationId: talk, userId: owner.id })),
    ])
  const written = talks.flatMap(({ id, other, at: createdAt }) =>
    Array.from({ length: id === conversationId ? MANY : 1 }, (_, index) => ({
      ...{ id: makeId(), conversationId: id, sequence: index + 1, kind: 'TEXT' as const, senderId: other },
      ...{ body: `A ${WORD}`, createdAt },
    })),
  )
  const [first] = written
  await db.insert(messages).values(written.map((row) => ({ ...row, replyToId: first?.id ?? null })))
  const files = written.map(({ id }) => ({ uploadId: makeId(), messageId: id, position: 0 }))
  for (const { uploadId } of files) m.world.files.set(uploadId, owner.id)
  await db.insert(attachments).values(files)
  await db
    .insert(reactions)
    .values(written.map(({ id, createdAt }) => ({ messageId: id, userId: owner.id, emoji: '👍', createdAt })))
  await db.insert(messageReports).values(
    written.slice(0, MANY).map(({ id, ...message }) => ({
      ...{ id: makeId(), messageId: id, conversationId: message.conversationId, reporterId: owner.id },
      ...{ reason: 'Not nice at all.', body: message.body, createdAt: message.createdAt },
    })),
  )
  const hook = { id: makeId(), userId: owner.id, url: 'https://example.com/', description: '', events: ['ORDER_LATE'] }
  await db.insert(webhookEndpoints).values({ ...hook, createdAt: clock.now(), updatedAt: clock.now() })
  const told = many((index) => ({ id: makeId(), endpointId: hook.id, type: 'order.late', body: '{}', at: at(index) }))
  await db
    .insert(webhookDeliveries)
    .values(told.map(({ at: createdAt, ...row }) => ({ ...row, status: 'DELIVERED' as const, createdAt })))
  await db
    .insert(webhookAttempts)
    .values(
      told.map(({ id, at: tried }) => ({ id: makeId(), deliveryId: id, at: tried, durationMs: 5, httpStatus: 204 })),
    )
  await db.insert(tickets).values(
    asked.map(({ at: createdAt, ...ticket }) => ({
      ...{ ...ticket, userId: owner.id, topic: 'A question', status: 'OPEN' as const, createdAt, updatedAt: createdAt },
    })),
  )
  await db.insert(notifications).values(
    talks.map(({ id, at: createdAt }) => ({
      ...{ id: makeId(), userId: owner.id, category: 'MESSAGES' as const, title: 'New messages', body: 'You have.' },
      ...{ link: '/messages', conversationId: id, createdAt },
    })),
  )
})
afterAll(() => m.close())

const said = `id body sender { id } replyTo { body sender { id } } reactions { count users { id } } attachments { fileName url }
  conversation { id title }`
// Presence at one place only: what is asked at two depths is read once or twice, as the answers in between come.
const message = `${said} sender { isOnline lastSeenAt }`
const conversation = `id unreadCount archivedAt mutedUntil counterpart { id isOnline } participants { user { id } readSequence }
  lastMessage { ${said} } order { id } gig { id } job { id } proposal { id }`
const ticket = `id topic user { id } assignee { id } order { id } conversation { id title lastMessage { body } participants { user { id } } }`
const ofViewer = (fields: string) =>
  `query ($n: Int!, $of: [_Any!]!) { _entities(representations: $of) { ... on Viewer { ${fields} } } }`

const lists = {
  'Conversation.messages': `query ($n: Int!, $id: ID!) { conversation(id: $id) { messages(first: $n) { nodes { ${message} } } } }`,
  'Query.searchMessages': `query ($n: Int!) { searchMessages(query: "${WORD}", first: $n) { nodes { ${message} } } }`,
  'Query.tickets': `query ($n: Int!) { tickets(first: $n) { nodes { ${ticket} } } }`,
  'Query.messageReports': `query ($n: Int!) { messageReports(first: $n) { nodes { id reason attachments { url } reporter { id } message { ${message} } } } }`,
  'Viewer.conversations': ofViewer(`conversations(first: $n) { nodes { ${conversation} } }`),
  'Viewer.notifications': ofViewer(
    `notifications(first: $n) { nodes { title order { id } conversation { ${conversation} } } }`,
  ),
  'Viewer.tickets': ofViewer(`tickets(first: $n) { nodes { ${ticket} } }`),
  'WebhookEndpoint.deliveries': ofViewer(
    'webhookEndpoints { previousSecretEndsAt deliveries(first: $n) { nodes { id body attempts { httpStatus } } } }',
  ),
}
const byStaff = ['Query.tickets', 'Query.messageReports']

/** The longest list of an answer, however deep. */
const longest = (value: unknown): number => {
  if (typeof value !== 'object' || value === null) return 0
  return Math.max(Array.isArray(value) ? value.length : 0, ...Object.values(value).map(longest))
}

test.each(Object.entries(lists))('statements of %s are the same for 5 and for 50 results', async (name, document) => {
  const viewer = byStaff.includes(name) ? helper : owner
  const counted: number[] = []
  for (const n of [5, 50]) {
    const of = [{ __typename: 'Viewer', id: owner.id }]
    const variables = {
      n,
      ...(document.includes('$of') && { of }),
      ...(document.includes('$id') && { id: conversationId }),
    }
    let found: unknown
    counted.push(
      await m.messaging.countStatements(async () => {
        found = await m.messaging.as(viewer).query(document, variables)
      }),
    )
    expect(longest(found)).toBe(n)
  }
  expect(counted[0]).toBeGreaterThan(0)
  expect(counted[1]).toBe(counted[0])
})

test('every list of the schema is among them', () => {
  expect(connectionFields(messagingService).filter((name) => !(name in lists))).toEqual([])
})

test.each([
  ['Conversation', conversations.id, conversation],
  ['Message', messages.id, message],
  ['Ticket', tickets.id, ticket],
  ['User', people.userId, 'id isOnline lastSeenAt'],
  ['Order', conversations.id, 'id conversation { id }'],
] as const)('statements of references to %s are the same for 5 and for 50', async (type, column, fields) => {
  const { db } = m.messaging.context
  const ids = (await db.select({ id: column }).from(column.table).limit(50)).map(({ id }) => id)
  expect(ids).toHaveLength(50)
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${fields} } } }`
  const statements = (n: number) => {
    const of = ids.slice(0, n).map((id) => ({ __typename: type, id }))
    return m.messaging.countStatements(() => m.messaging.as(owner).query(document, { of }))
  }
  expect(await statements(5)).toBeGreaterThan(0)
  expect(await statements(50)).toBe(await statements(5))
})

test('among 20,000 messages of others one’s own are found by looking at few of them, however common the words', async () => {
  const { db, config, log, ...context } = m.messaging.context
  const reader = m.member('Rea', 'CLIENT')
  // Two hundred conversations of a hundred messages; the reader takes part in five. All say “logo”, one in a hundred “oboe”.
  await db.execute(sql`
    with talks as (
      insert into conversations (id, kind, people_key, created_at, last_sequence)
      select uuidv7(), 'DIRECT', 'plan ' || n, now(), 100 from generate_series(1, 200) as n returning id, people_key
    ) insert into participants (conversation_id, user_id)
      select id, case when split_part(people_key, ' ', 2)::int <= 5 then ${reader.id}::uuid else gen_random_uuid() end from talks`)
  // In parts: no statement may take longer than a few seconds.
  for (const from of [1, 21, 41, 61, 81])
    await db.execute(sql`
      insert into messages (id, conversation_id, sequence, kind, sender_id, body, created_at)
      select uuidv7(), c.id, n, 'TEXT', gen_random_uuid(),
        case when n = 50 then 'A logo for an oboe' else 'A logo, number ' || n end, now() - n * interval '1 minute'
      from conversations c, generate_series(${sql.raw(`${from}, ${from + 19}`)}) as n where c.people_key like 'plan %'`)
  const url = config.MIGRATION_DATABASE_URL ?? ''
  const { db: keeper, close } = openDatabase({ url, applicationName: 'analyze', maxConnections: 1, log })
  for (const table of ['messages', 'participants']) await keeper.execute(sql.raw(`vacuum analyze ${table}`))
  await close()
  const lookedAt = async (query: string) => {
    const recorded = recordStatements(db)
    const page = await searchMessages(
      { ...context, config, log, db: recorded.db, viewer: reader },
      { query, first: 20 },
    )
    const [statement, ...more] = recorded.statements
    expect(more).toEqual([])
    return { found: page.nodes.length, rows: statement ? await rowsLookedAt(db, statement) : 0 }
  }
  const rare = await lookedAt('oboe')
  const common = await lookedAt('logo')
  const none = await lookedAt('harpsichord')
  expect([rare.found, common.found, none.found]).toEqual([5, 20, 0])
  for (const { rows } of [rare, common, none]) expect(rows).toBeLessThanOrEqual(1_500)
})
