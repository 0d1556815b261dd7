import type { Transaction } from '@gigraph/shared/database'
import { and, eq, isNull, sql } from 'drizzle-orm'
import { milestoneReleases, type OrderAccount, orderAccounts } from './tables.ts'

/** What payments has to know of an order. */
export interface OrderFacts {
  readonly orderId: string
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  readonly currency: string
}

/** The order's account, made when this is the first word of it, and locked: all that moves its money waits for this lock. */
export const lockOrderAccount = async (
  tx: Transaction,
  { orderId, buyerId, sellerId, gigId, title, currency }: OrderFacts,
): Promise<OrderAccount> => {
  await tx.insert(orderAccounts).values({ orderId, buyerId, sellerId, gigId, title, currency }).onConflictDoNothing()
  const found = await findOptionalOrderAccountForUpdate(tx, orderId)
  if (!found) throw new Error(`the account of order ${orderId} is gone`)
  return found
}

export const findOptionalOrderAccountForUpdate = async (
  tx: Transaction,
  orderId: string,
): Promise<OrderAccount | undefined> => {
  const [row] = await tx.select().from(orderAccounts).where(eq(orderAccounts.orderId, orderId)).for('update')
  return row
}

/** Notes what has left escrow, and for whom. */
export const addMoved = async (
  tx: Transaction,
  orderId: string,
  { returnedMinor = 0, releasedMinor = 0 }: { readonly returnedMinor?: number; readonly releasedMinor?: number },
): Promise<void> => {
  await tx
    .update(orderAccounts)
    .set({
      returnedMinor: sql`${orderAccounts.returnedMinor} + ${returnedMinor}`,
      releasedMinor: sql`${orderAccounts.releasedMinor} + ${releasedMinor}`,
    })
    .where(eq(orderAccounts.orderId, orderId))
}

/** The first outcome stays; a cancellation may be told again with more to return (a payment that came late). */
export const noteOutcome = async (
  tx: Transaction,
  account: OrderAccount,
  outcome: NonNullable<OrderAccount['outcome']>,
  toBuyerMinor: number,
): Promise<void> => {
  if (account.outcome !== null && account.outcome !== outcome) return
  if (account.outcome === outcome && outcome !== 'CANCELLED') return
  await tx
    .update(orderAccounts)
    .set({ outcome, toBuyerMinor: account.toBuyerMinor + toBuyerMinor })
    .where(eq(orderAccounts.orderId, account.orderId))
}

export const noteMilestoneRelease = async (
  tx: Transaction,
  release: { readonly milestoneId: string; readonly orderId: string; readonly amountMinor: number },
): Promise<void> => {
  await tx.insert(milestoneReleases).values(release).onConflictDoNothing()
}

export const listMilestoneReleases = (tx: Transaction, orderId: string) =>
  tx.select().from(milestoneReleases).where(eq(milestoneReleases.orderId, orderId))

export const markMilestoneReleased = async (tx: Transaction, milestoneId: string, at: Date): Promise<void> => {
  await tx
    .update(milestoneReleases)
    .set({ releasedAt: at })
    .where(and(eq(milestoneReleases.milestoneId, milestoneId), isNull(milestoneReleases.releasedAt)))
}
