import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, type Connection, type ConnectionArguments, groupBy, paginate } from '@gigraph/shared/graphql'
import { after } from '@gigraph/shared/time'
import { and, asc, count, eq, getTableColumns, gt, inArray, isNotNull, isNull, lt, lte, ne, or, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { webhookAttempts, webhookDeliveries, webhookEndpoints } from './tables.ts'
import { type AttemptRow, type DeliveryRow, type DeliveryStatus, KEPT } from './webhook.ts'

const { id, endpointId, status, createdAt, dueAt, claimId, claimedUntil, requestedAt } = webhookDeliveries
const ATTEMPTS_SHOWN = 30
/** What is removed at once. */
const BATCH = 5_000

/** Writes what is to be told; what an endpoint is told already is not written again. Answers the new ones. */
export const insertDeliveries = (
  tx: Transaction,
  rows: readonly (typeof webhookDeliveries.$inferInsert)[],
): Promise<DeliveryRow[]> =>
  tx
    .insert(webhookDeliveries)
    .values([...rows])
    .onConflictDoNothing()
    .returning()

export const findOptionalDelivery = async (db: Database | Transaction, deliveryId: string) => {
  const [row] = await db.select().from(webhookDeliveries).where(eq(id, deliveryId))
  return row ?? null
}

export const saveDelivery = async (
  tx: Transaction,
  deliveryId: string,
  changes: Partial<Omit<DeliveryRow, 'id' | 'endpointId'>>,
): Promise<DeliveryRow> => {
  const [row] = await tx.update(webhookDeliveries).set(changes).where(eq(id, deliveryId)).returning()
  if (!row) throw new Error('the delivery is gone while its endpoint is locked')
  return row
}

const isFree = (now: Date) => or(isNull(claimedUntil), lte(claimedUntil, now))

/** Takes a delivery that is due and that nobody tries. Null when it is not (any more). Lock its endpoint before. */
export const claimDelivery = async (
  tx: Transaction,
  deliveryId: string,
  { now, claim, until }: { readonly now: Date; readonly claim: string; readonly until: Date },
): Promise<DeliveryRow | null> => {
  const [row] = await tx
    .update(webhookDeliveries)
    .set({ claimId: claim, claimedUntil: until })
    // A queue's clock may be a moment ahead of this one.
    .where(and(eq(id, deliveryId), eq(status, 'PENDING'), lte(dueAt, after(now, '1s')), isFree(now)))
    .returning()
  return row ?? null
}

/**
 * Writes what came of a try, unless somebody else has taken over: then null. What was given up meanwhile stays so, unless it has arrived: then it
 * is over.
 */
export const endClaim = async (
  tx: Transaction,
  deliveryId: string,
  { claim, isOver, changes }: { claim: string; isOver: boolean; changes: Partial<DeliveryRow> },
): Promise<DeliveryRow | null> => {
  const mine = and(eq(id, deliveryId), eq(claimId, claim))
  const free = { claimId: null, claimedUntil: null }
  const [ended] = await tx
    .update(webhookDeliveries)
    .set({ ...changes, ...free })
    .where(and(mine, isOver ? undefined : eq(status, 'PENDING')))
    .returning()
  if (ended) return ended
  const [stays] = await tx.update(webhookDeliveries).set(free).where(mine).returning()
  return stays ?? null
}

/** How many calls to an endpoint are in hand. */
export const countInHand = async (tx: Transaction, endpoint: string, now: Date): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(webhookDeliveries)
    .where(and(eq(endpointId, endpoint), isNotNull(claimedUntil), gt(claimedUntil, now)))
  return row?.count ?? 0
}

/** What is due for an endpoint and nobody tries, the longest waiting first. */
export const listDueOf = async (tx: Transaction, endpoint: string, now: Date, limit: number): Promise<string[]> => {
  const due = await tx
    .select({ id })
    .from(webhookDeliveries)
    .where(and(eq(endpointId, endpoint), eq(status, 'PENDING'), lte(dueAt, now), isFree(now)))
    .orderBy(asc(dueAt))
    .limit(limit)
  return due.map((row) => row.id)
}

const hasNothingInHand = (now: Date) =>
  sql`not exists (select from ${webhookDeliveries} held where held.endpoint_id = ${endpointId} and held.claimed_until > ${now.toISOString()}::timestamptz)`

/** Of each endpoint that has something due and nothing in hand, what has waited longest: a job was lost, or a worker died. */
export const listForgotten = async (tx: Transaction, dueBefore: Date, now: Date, limit: number): Promise<string[]> => {
  const due = await tx
    .selectDistinctOn([endpointId], { id })
    .from(webhookDeliveries)
    .where(and(lte(dueAt, dueBefore), hasNothingInHand(now)))
    .orderBy(asc(endpointId), asc(dueAt))
    .limit(limit)
  return due.map((row) => row.id)
}

/** Since when the oldest delivery waits that could be on its way: its endpoint has nothing in hand. */
export const findOldestWaiting = async (db: Database, now: Date): Promise<Date | null> => {
  const [oldest] = await db
    .select({ dueAt })
    .from(webhookDeliveries)
    .where(and(lte(dueAt, now), hasNothingInHand(now)))
    .orderBy(asc(dueAt))
    .limit(1)
  return oldest?.dueAt ?? null
}

/** Gives up what is on its way to an endpoint that is switched off. */
export const giveUpPending = async (tx: Transaction, endpoint: string, now: Date): Promise<void> => {
  await tx
    .update(webhookDeliveries)
    .set({ status: 'FAILED', dueAt: null, endedAt: now })
    .where(and(eq(endpointId, endpoint), eq(status, 'PENDING')))
}

/** How often somebody has asked for a test or a repetition since then. */
export const countRequested = async (tx: Transaction, userId: string, since: Date): Promise<number> => {
  const [row] = await tx
    .select({ count: count() })
    .from(webhookDeliveries)
    .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, endpointId))
    .where(and(eq(webhookEndpoints.userId, userId), gt(requestedAt, since)))
  return row?.count ?? 0
}

/** A page of what an endpoint was told, newest first. */
export const listDeliveries = (
  { db }: Context,
  endpoint: string,
  wanted: DeliveryStatus | null | undefined,
  args: ConnectionArguments,
): Promise<Connection<DeliveryRow>> =>
  paginate(
    args,
    [
      { column: createdAt, direction: 'desc', of: (row: DeliveryRow) => row.createdAt },
      { column: id, direction: 'desc', of: (row: DeliveryRow) => row.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(webhookDeliveries)
        .where(and(eq(endpointId, endpoint), wanted ? eq(status, wanted) : undefined, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

export const insertAttempt = async (tx: Transaction, attempt: AttemptRow): Promise<void> => {
  await tx.insert(webhookAttempts).values(attempt)
}

/** The last tries of each delivery, newest first. */
export const attemptsOf: Batch<Context, string, AttemptRow[]> = async ({ db }, deliveryIds) => {
  const { deliveryId, at } = webhookAttempts
  const ranked = db.$with('ranked').as(
    db
      .select({
        ...getTableColumns(webhookAttempts),
        place:
          sql<number>`row_number() over (partition by ${deliveryId} order by ${at} desc, ${webhookAttempts.id} desc)`.as(
            'place',
          ),
      })
      .from(webhookAttempts)
      .where(inArray(deliveryId, [...deliveryIds])),
  )
  const found = await db
    .with(ranked)
    .select()
    .from(ranked)
    .where(lte(ranked.place, ATTEMPTS_SHOWN))
    .orderBy(ranked.place)
  return groupBy(deliveryIds, found, (attempt) => attempt.deliveryId)
}

/** Removes what is older than it is kept, with its attempts, a batch at a time. */
export const deleteOldDeliveries = async (db: Database, now: Date): Promise<void> => {
  const old = db
    .select({ id })
    .from(webhookDeliveries)
    .where(and(lt(createdAt, after(now, `-${KEPT}`)), ne(status, 'PENDING')))
    .limit(BATCH)
  for (let removed = BATCH; removed === BATCH; ) {
    const { rowCount } = await db.delete(webhookDeliveries).where(inArray(id, old))
    removed = rowCount ?? 0
  }
}
