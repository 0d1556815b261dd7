import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type Connection, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { and, asc, desc, eq, inArray, isNull, lt, lte, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type PayoutAccountRow, type PayoutRow, payoutAccounts, payouts } from './tables.ts'

/** The seller's payout account, made when there is none, locked. */
export const lockPayoutAccount = async (tx: Transaction, userId: string, now: Date): Promise<PayoutAccountRow> => {
  await tx.insert(payoutAccounts).values({ userId, createdAt: now }).onConflictDoNothing()
  const [row] = await tx.select().from(payoutAccounts).where(eq(payoutAccounts.userId, userId)).for('update')
  if (!row) throw new Error('the payout account is gone')
  return row
}

export const findOptionalPayoutAccount = async (
  db: Database,
  userId: string,
): Promise<PayoutAccountRow | undefined> => {
  const [row] = await db.select().from(payoutAccounts).where(eq(payoutAccounts.userId, userId))
  return row
}

export const savePayoutAccount = async (
  db: Database | Transaction,
  where: { readonly userId: string } | { readonly stripeAccountId: string },
  changes: Partial<PayoutAccountRow>,
): Promise<PayoutAccountRow | undefined> => {
  const condition =
    'userId' in where
      ? eq(payoutAccounts.userId, where.userId)
      : eq(payoutAccounts.stripeAccountId, where.stripeAccountId)
  const [row] = await db.update(payoutAccounts).set(changes).where(condition).returning()
  return row
}

/** Sellers whose scheduled payout is due. */
export const listDueUserIds = async (db: Database, now: Date, limit: number): Promise<string[]> => {
  const found = await db
    .select({ userId: payoutAccounts.userId })
    .from(payoutAccounts)
    .where(and(lte(payoutAccounts.nextPayoutAt, now), isNull(payoutAccounts.heldAt)))
    .orderBy(asc(payoutAccounts.nextPayoutAt))
    .limit(limit)
  return found.map(({ userId }) => userId)
}

export const insertPayout = async (tx: Transaction, row: typeof payouts.$inferInsert): Promise<PayoutRow> => {
  const [inserted] = await tx.insert(payouts).values(row).returning()
  if (!inserted) throw new Error('the insert answered no row')
  return inserted
}

export const savePayout = async (
  db: Database | Transaction,
  id: string,
  changes: Partial<PayoutRow>,
): Promise<PayoutRow> => {
  const [row] = await db.update(payouts).set(changes).where(eq(payouts.id, id)).returning()
  if (!row) throw notFound('Payout')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findPayout = async (db: Database, id: string): Promise<PayoutRow> => {
  const [row] = await db.select().from(payouts).where(eq(payouts.id, id))
  if (!row) throw notFound('Payout')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findPayoutForUpdate = async (tx: Transaction, id: string): Promise<PayoutRow> => {
  const [row] = await tx.select().from(payouts).where(eq(payouts.id, id)).for('update')
  if (!row) throw notFound('Payout')
  return row
}

export const listPayoutsOfUserForUpdate = (
  tx: Transaction,
  userId: string,
  state: PayoutRow['state'],
): Promise<PayoutRow[]> =>
  tx
    .select()
    .from(payouts)
    .where(and(eq(payouts.userId, userId), eq(payouts.state, state)))
    .orderBy(asc(payouts.id))
    .for('update')

/** A seller's payouts that can still be called off, newest first, locked. */
export const listUnsentForUpdate = (tx: Transaction, userId: string, currency: string): Promise<PayoutRow[]> =>
  tx
    .select()
    .from(payouts)
    .where(
      and(eq(payouts.userId, userId), eq(payouts.currency, currency), inArray(payouts.state, ['REQUESTED', 'HELD'])),
    )
    .orderBy(desc(payouts.requestedAt), desc(payouts.id))
    .for('update')

/** Payouts that have waited since before `before`. */
export const listWaitingPayouts = (
  db: Database,
  states: readonly PayoutRow['state'][],
  before: Date,
  limit: number,
): Promise<PayoutRow[]> =>
  db
    .select()
    .from(payouts)
    .where(and(inArray(payouts.state, [...states]), lt(payouts.requestedAt, before)))
    .orderBy(asc(payouts.requestedAt))
    .limit(limit)

interface PayoutQuery {
  readonly userId?: string | undefined
  readonly states?: readonly PayoutRow['state'][] | null | undefined
}

/** A page of payouts, newest first. */
export const listPayouts = (
  { db }: Context,
  { userId, states }: PayoutQuery,
  args: ConnectionArguments,
): Promise<Connection<PayoutRow>> => {
  const conditions: (SQL | undefined)[] = [
    userId ? eq(payouts.userId, userId) : undefined,
    states?.length ? inArray(payouts.state, [...states]) : undefined,
  ]
  return paginate(
    args,
    [
      { column: payouts.requestedAt, direction: 'desc', of: (payout: PayoutRow) => payout.requestedAt },
      { column: payouts.id, direction: 'desc', of: (payout: PayoutRow) => payout.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(payouts)
        .where(and(...conditions, where))
        .orderBy(...orderBy)
        .limit(limit),
  )
}

export const payoutAccountsOfUsers: Batch<Context, string, PayoutAccountRow> = async ({ db }, userIds) =>
  indexBy(
    await db
      .select()
      .from(payoutAccounts)
      .where(inArray(payoutAccounts.userId, [...userIds])),
    (account) => account.userId,
  )
