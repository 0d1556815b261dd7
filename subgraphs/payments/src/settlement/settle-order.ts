import type { Transaction } from '@gigraph/shared/database'
import type { Context } from '../context.ts'
import { releaseToSeller } from '../earnings/release-to-seller.ts'
import { escrow } from '../ledger/account.ts'
import { balanceForUpdate } from '../ledger/ledger-store.ts'
import { refundableMinor } from '../payment/payment.ts'
import { listPaidOfOrderForUpdate } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { returnFromEscrow } from '../refund/decide-refund.ts'
import { grantOpenRequests } from '../refund/request-store.ts'
import { divide } from './divide.ts'
import {
  addMoved,
  findOptionalOrderAccountForUpdate,
  listMilestoneReleases,
  markMilestoneReleased,
} from './order-account-store.ts'
import type { OrderAccount } from './tables.ts'

const REASONS = {
  COMPLETED: 'Order completed',
  CANCELLED: 'Order cancelled',
  EXPIRED: 'Order expired before its payment arrived',
  RESOLVED: 'Dispute resolved',
} as const

/**
 * Moves an order's money to where everything that is known of the order sends it. Called after each payment and each event of
 * the order, in whatever order they come: what has moved is not in escrow any more, so nothing moves twice.
 */
export const settleOrder = async (ctx: Context, tx: Transaction, orderId: string): Promise<void> => {
  const account = await findOptionalOrderAccountForUpdate(tx, orderId)
  if (!account) return
  const paid = await listPaidOfOrderForUpdate(tx, orderId)
  let held = await balanceForUpdate(tx, escrow(orderId), account.currency)
  held -= await releaseMilestones(ctx, tx, { account, paid, held })
  const staged = paid.some((payment) => payment.milestoneId !== null)
  const { toBuyerMinor, toSellerMinor } = divide(account, held, staged)
  if (toBuyerMinor > 0) await returnToBuyer(ctx, tx, { account, paid, amountMinor: toBuyerMinor })
  if (toSellerMinor > 0) await release(ctx, tx, account, toSellerMinor)
}

const release = async (ctx: Context, tx: Transaction, account: OrderAccount, amountMinor: number) => {
  await addMoved(tx, account.orderId, { releasedMinor: amountMinor })
  await releaseToSeller(ctx, tx, { ...account, gross: { amountMinor, currency: account.currency } })
}

interface Held {
  readonly account: OrderAccount
  readonly paid: readonly PaymentRow[]
  readonly held: number
}

/** @returns what it has moved */
const releaseMilestones = async (ctx: Context, tx: Transaction, { account, paid, held }: Held): Promise<number> => {
  let moved = 0
  for (const { milestoneId, releasedAt, amountMinor: agreedMinor } of await listMilestoneReleases(
    tx,
    account.orderId,
  )) {
    const payment = paid.find((each) => each.milestoneId === milestoneId)
    // What a bank disputes waits for its decision: this is called again then.
    if (releasedAt || !payment || payment.disputeState === 'OPEN') continue
    // A cancellation that overtook this acceptance may have taken its refund from this very payment: the order's money is one.
    const limit = account.outcome === null ? refundableMinor(payment) : agreedMinor
    const amountMinor = Math.min(limit, held - moved)
    await markMilestoneReleased(tx, milestoneId, ctx.clock.now())
    if (amountMinor > 0) await release(ctx, tx, account, amountMinor)
    moved += amountMinor
  }
  return moved
}

const returnToBuyer = async (
  ctx: Context,
  tx: Transaction,
  { account, paid, amountMinor }: Omit<Held, 'held'> & { readonly amountMinor: number },
) => {
  const released = new Set((await listMilestoneReleases(tx, account.orderId)).map((each) => each.milestoneId))
  const first = paid.filter((payment) => !released.has(payment.milestoneId ?? ''))
  const reason = REASONS[account.outcome ?? 'CANCELLED']
  let left = amountMinor
  for (const payment of first) {
    const part = Math.min(left, refundableMinor(payment))
    if (part > 0) await returnFromEscrow(ctx, tx, { payment, amountMinor: part, reason })
    left -= Math.max(0, part)
  }
  await addMoved(tx, account.orderId, { returnedMinor: amountMinor - left })
  if (left < amountMinor) await grantOpenRequests(tx, account.orderId, ctx.clock.now())
}
