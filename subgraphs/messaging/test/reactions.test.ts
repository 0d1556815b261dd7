import { userDeleted } from '@gigraph/identity/events'
import { rows } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { usd } from '@gigraph/shared/money'
import { makeId } from '@gigraph/shared/time'
import { getTableName, sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { handlers } from '../src/handlers/index.ts'
import * as tables from '../src/tables.ts'
import { webhookEvents, webhookTypes } from '../src/webhook/webhook-events.ts'
import { type Messaging, startMessaging } from './start.ts'
import { webhookScene } from './webhook-scene.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

/** Every table that an event can change, whole; what only says that something happened (outbox, inbox) aside. */
const facts = [
  ...[tables.conversations, tables.participants, tables.messages, tables.reactions, tables.messageReports],
  ...[tables.notifications, tables.people, tables.blocks, tables.tickets, tables.attachments],
  tables.webhookDeliveries,
].map((table) => getTableName(table))
const everything = async () => {
  const all: Record<string, unknown> = {}
  for (const name of facts)
    all[name] = await rows(
      m.messaging.context.db,
      sql`select to_jsonb(t) as row from ${sql.identifier(name)} as t order by t::text`,
    )
  return all
}

/** Everything that any event says, about one order, job, offer and payment between two people. */
const sayings = (userId: string, otherId: string) => ({
  ...{
    userId,
    buyerId: userId,
    clientId: userId,
    ownerId: userId,
    revieweeId: userId,
    handle: 'ann',
    displayName: 'Ann',
  },
  ...{
    sellerId: otherId,
    freelancerId: otherId,
    reviewerId: otherId,
    openedBy: otherId,
    actorId: otherId,
    applicantIds: [otherId],
  },
  ...{ orderId: makeId(), milestoneId: makeId(), jobId: makeId(), proposalId: makeId(), offerId: makeId() },
  ...{ invitationId: makeId(), listingId: makeId(), reviewId: makeId(), paymentId: makeId(), payoutId: makeId() },
  ...{ messageId: makeId(), senderId: otherId, recipientIds: [userId], answeredAfterSeconds: null },
  ...{
    apiKeyId: makeId(),
    ticketId: makeId(),
    gigId: null,
    conversationId: makeId(),
    title: 'A logo',
    jobTitle: 'A site',
  },
  ...{
    amount: usd(100),
    total: usd(100),
    net: usd(90),
    fee: usd(10),
    refund: usd(0),
    refunded: usd(5),
    remaining: usd(95),
  },
  ...{ toSeller: usd(50), toBuyer: usd(50), roles: ['CLIENT'], from: 'NEW', to: 'RISING', reason: 'BOUGHT', points: 3 },
  ...{ kind: 'GIG', decision: 'APPROVED', of: 'BUYER', rating: 4, gigRating: null, fault: 'NOBODY', onTime: true },
  ...{ firstWithBuyer: true, what: 'REQUEST_CANCELLATION', state: 'IN_PROGRESS', accepted: null },
  ...{
    dueAt: '2026-12-24T12:00:00.000Z',
    availableAt: '2026-12-24T12:00:00.000Z',
    closesAt: '2026-12-24T12:00:00.000Z',
  },
})

interface Told {
  readonly id: string
  readonly event: EventDefinition<unknown>
  readonly payload: unknown
}

/** Each event to which something reacts, once; the deletion of the account aside. */
const historyOf = (userId: string, otherId: string): Told[] => {
  const said = sayings(userId, otherId)
  const known = new Map(handlers.map(({ event }) => [event.name, event as EventDefinition<unknown>]))
  known.delete(userDeleted.name)
  return [...known.values()].map((event) => ({ id: makeId(), event, payload: event.schema.parse(said) }))
}
const tell = ({ id, event, payload }: Told) => m.messaging.consume(event, payload, { id })
const erase = (userId: string) => m.messaging.consume(userDeleted, { userId })

/** The same order for the same seed. */
const shuffled = <Item>(items: readonly Item[], seed: number): Item[] => {
  let state = seed
  const next = () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return state
  }
  return items
    .map((item) => [next(), item] as const)
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item)
}

/** Somebody whose program is told everything. */
const listener = async (name: string, role: 'CLIENT' | 'FREELANCER') => {
  const person = m.member(name, role)
  await webhookScene(m).register(person, 'https://hooks.partner.example/', ...webhookTypes)
  return person
}

test('every event changes something, once, however often it comes, and ten times at once', async () => {
  const [ann, bob] = [await listener('Ann', 'CLIENT'), await listener('Bob', 'FREELANCER')]
  const history = historyOf(ann.id, bob.id)
  expect(history.length).toBeGreaterThan(45)
  for (const told of history) {
    m.messaging.clock.advance('1s')
    const before = await everything()
    await Promise.all(Array.from({ length: 10 }, () => tell(told)))
    const after = await everything()
    expect(after, `${told.event.name} changes something`).not.toEqual(before)
    m.messaging.clock.advance('1s')
    await tell(told)
    expect(await everything(), told.event.name).toEqual(after)
  }
})

test('in whatever order they come, the same people are told the same', async () => {
  const told = async (seed: number) => {
    const [ann, bob] = [await listener('Ann', 'CLIENT'), await listener('Bob', 'FREELANCER')]
    for (const each of shuffled(historyOf(ann.id, bob.id), seed)) await tell(each)
    const { db } = m.messaging.context
    const of = (id: string) =>
      rows(
        db,
        sql`select category, title, body, mail_as, read_at from notifications where user_id = ${id}::uuid order by title, body`,
      )
    const talk = await rows(
      db,
      sql`select c.kind, c.title, c.last_sequence, m.kind as message, m.body from conversations c
        left join messages m on m.conversation_id = c.id
        where exists (select from participants p where p.conversation_id = c.id and p.user_id = ${ann.id}::uuid)
        order by c.kind, m.body`,
    )
    const numbers = await rows<{ sequence: number }>(
      db,
      sql`select m.sequence from messages m join participants p on p.conversation_id = m.conversation_id
        join conversations c on c.id = m.conversation_id
        where p.user_id = ${ann.id}::uuid and c.kind = 'ORDER' order by m.sequence`,
    )
    expect(numbers.map(({ sequence }) => sequence)).toEqual(numbers.map((_, index) => index + 1))
    const hooks = await rows<{ type: string; n: number }>(
      db,
      sql`select d.type, count(*)::int as n from webhook_deliveries d join webhook_endpoints e on e.id = d.endpoint_id
        where e.user_id in (${ann.id}::uuid, ${bob.id}::uuid) group by d.type order by d.type`,
    )
    return { ann: await of(ann.id), bob: await of(bob.id), talk, hooks }
  }
  const first = await told(1)
  expect(first.ann.length).toBeGreaterThan(20)
  expect(first.talk.length).toBeGreaterThan(10)
  expect(first.hooks.map(({ type }) => type)).toEqual(
    Object.values(webhookEvents)
      .map(({ event }) => event.name)
      .sort(),
  )
  expect(await told(2)).toEqual(first)
  expect(await told(3)).toEqual(first)
})

test('who was erased stays erased, whatever else is told, before or after', async () => {
  for (const after of [false, true]) {
    const [ann, bob] = [m.member('Ann', 'CLIENT'), m.member('Bob', 'FREELANCER')]
    if (after) await erase(ann.id)
    for (const each of shuffled(historyOf(ann.id, bob.id), 4)) await tell(each)
    await erase(ann.id)
    await erase(ann.id)
    const count = async (name: string, column: string) =>
      (
        await rows<{ n: number }>(
          m.messaging.context.db,
          sql`select count(*)::int as n from ${sql.identifier(name)} where ${sql.identifier(column)} = ${ann.id}::uuid`,
        )
      )[0]?.n
    expect(await count('notifications', 'user_id')).toBe(0)
    expect(await count('participants', 'user_id')).toBe(0)
    expect(await count('messages', 'sender_id')).toBe(0)
    const [person] = await rows(m.messaging.context.db, sql`select * from people where user_id = ${ann.id}::uuid`)
    expect(person).toMatchObject({ roles: [], last_seen_at: null, time_zone: null })
  }
})
