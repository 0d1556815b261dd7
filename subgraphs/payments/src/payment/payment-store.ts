import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, asc, eq, gt, inArray, isNotNull, isNull, lt } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type PaymentRow, payments } from './tables.ts'

export const insertPayment = async (tx: Transaction, row: typeof payments.$inferInsert): Promise<PaymentRow> => {
  const [inserted] = await tx.insert(payments).values(row).returning()
  if (!inserted) throw new Error('the insert answered no row')
  return inserted
}

export const savePayment = async (
  db: Database | Transaction,
  id: string,
  changes: Partial<PaymentRow>,
): Promise<PaymentRow> => {
  const [row] = await db.update(payments).set(changes).where(eq(payments.id, id)).returning()
  if (!row) throw notFound('Payment')
  return row
}

/** Moves the end of a page that is not made yet, unless somebody else has. */
export const moveCheckoutEnd = async (db: Database, { id, checkoutExpiresAt }: PaymentRow, to: Date): Promise<void> => {
  await db
    .update(payments)
    .set({ checkoutExpiresAt: to })
    .where(and(eq(payments.id, id), eq(payments.checkoutExpiresAt, checkoutExpiresAt), isNull(payments.sessionId)))
}

/** Ends the payment that waits on a page of Stripe, unless it has arrived. */
export const expireSession = async (db: Database, sessionId: string): Promise<void> => {
  await db
    .update(payments)
    .set({ state: 'EXPIRED', checkoutUrl: null })
    .where(and(eq(payments.sessionId, sessionId), eq(payments.state, 'PENDING')))
}

export const findOptionalPayment = async (db: Database, id: string): Promise<PaymentRow | undefined> => {
  const [row] = await db.select().from(payments).where(eq(payments.id, id))
  return row
}

/** A page on which a buyer can still pay so many points. */
export const findOptionalOpenPurchase = async (
  db: Database,
  { buyerId, points, after }: { readonly buyerId: string; readonly points: number; readonly after: Date },
): Promise<PaymentRow | undefined> => {
  const [row] = await db
    .select()
    .from(payments)
    .where(
      and(
        ...[eq(payments.buyerId, buyerId), eq(payments.points, points), eq(payments.state, 'PENDING')],
        ...[isNotNull(payments.checkoutUrl), gt(payments.checkoutExpiresAt, after)],
      ),
    )
    .limit(1)
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findPayment = async (db: Database, id: string): Promise<PaymentRow> => {
  const row = await findOptionalPayment(db, id)
  if (!row) throw notFound('Payment')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findPaymentForUpdate = async (tx: Transaction, id: string): Promise<PaymentRow> => {
  const [row] = await tx.select().from(payments).where(eq(payments.id, id)).for('update')
  if (!row) throw notFound('Payment')
  return row
}

export const findOptionalPaymentByIntent = async (db: Database, intentId: string): Promise<PaymentRow | undefined> => {
  const [row] = await db.select().from(payments).where(eq(payments.intentId, intentId))
  return row
}

/** The payment that waits for the buyer, for what is to be paid. */
export const findOpenPaymentForUpdate = async (tx: Transaction, subjectId: string): Promise<PaymentRow | undefined> => {
  const [row] = await tx
    .select()
    .from(payments)
    .where(and(eq(payments.subjectId, subjectId), eq(payments.state, 'PENDING')))
    .for('update')
  return row
}

export const listPaidOfSubject = (tx: Transaction, subjectId: string): Promise<PaymentRow[]> =>
  tx
    .select()
    .from(payments)
    .where(and(eq(payments.subjectId, subjectId), eq(payments.state, 'SUCCEEDED')))

/** The order's payments that have arrived, oldest first, locked. */
export const listPaidOfOrderForUpdate = (tx: Transaction, orderId: string): Promise<PaymentRow[]> =>
  tx
    .select()
    .from(payments)
    .where(and(eq(payments.orderId, orderId), eq(payments.state, 'SUCCEEDED')))
    .orderBy(asc(payments.paidAt), asc(payments.id))
    .for('update')

export const listOpenCheckouts = (db: Database, orderId: string): Promise<PaymentRow[]> =>
  db
    .select()
    .from(payments)
    .where(and(eq(payments.orderId, orderId), eq(payments.state, 'PENDING'), isNotNull(payments.sessionId)))

/** Payments that wait though their page ended before `before`. */
export const listOverdueCheckouts = (db: Database, before: Date, limit: number): Promise<PaymentRow[]> =>
  db
    .select()
    .from(payments)
    .where(and(eq(payments.state, 'PENDING'), lt(payments.checkoutExpiresAt, before), isNotNull(payments.sessionId)))
    .orderBy(asc(payments.checkoutExpiresAt))
    .limit(limit)

export const paymentsById: Batch<Context, string, PaymentRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(payments)
      .where(inArray(payments.id, ids.filter(isId))),
    (payment) => payment.id,
  )

/** Every payment of each order, oldest first. */
export const paymentsByOrder: Batch<Context, string, PaymentRow[]> = async ({ db }, orderIds) => {
  const found = await db
    .select()
    .from(payments)
    .where(inArray(payments.orderId, [...orderIds]))
    .orderBy(asc(payments.createdAt), asc(payments.id))
  return Map.groupBy(found, (payment) => payment.orderId ?? '')
}
