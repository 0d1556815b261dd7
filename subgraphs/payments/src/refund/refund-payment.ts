import { noteAct } from '@gigraph/shared/audit'
import { requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { type Attempt, idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { formatMoney, money } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { paymentFacts, refundableMinor } from '../payment/payment.ts'
import { findPayment, findPaymentForUpdate } from '../payment/payment-store.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { authorize } from '../policy.ts'
import { lockOrderAccount } from '../settlement/order-account-store.ts'
import { takeBack } from '../settlement/take-back.ts'
import { decideRefund } from './decide-refund.ts'
import { findRefund } from './refund-store.ts'
import { grantOpenRequests } from './request-store.ts'
import type { RefundRow } from './tables.ts'

const input = z.object({
  paymentId: z.uuid(),
  amount: money.nullish(),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(500, { error: 'At most 500 characters.' }),
  idempotencyKey,
})
const reference = z.object({ refundId: z.uuid() })
type Reference = z.output<typeof reference>
type Wish = Omit<z.output<typeof input>, 'idempotencyKey'>

/**
 * Gives a part or all of an order's payment back: by its seller, or by staff. Never more than what is left of it, however many
 * ask at once.
 *
 * @throws {ApplicationError} NOT_FOUND for another person's payment, FORBIDDEN for the buyer's own
 */
export const refundPayment = async (ctx: Context, raw: unknown): Promise<Result<RefundRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { idempotencyKey: key, ...wish } = parsed.value
  authorize(viewer, 'payment:refund', await findPayment(ctx.db, wish.paymentId))
  return idempotent<Reference, RefundRow>(ctx, {
    ...{ ownerId: viewer.id, operation: 'refundPayment', key, input: wish, reference },
    run: (attempt) => transaction(ctx.db, (tx) => refund(ctx, tx, attempt, { ...wish, decidedBy: viewer.id })),
    replay: async ({ refundId }) => ok(await findRefund(ctx.db, refundId)),
  })
}

const refund = async (
  ctx: Context,
  tx: Transaction,
  attempt: Attempt<Reference>,
  wish: Wish & { readonly decidedBy: string },
): Promise<Result<RefundRow>> => {
  const payment = await lockPayment(tx, wish.paymentId)
  const left = { amountMinor: refundableMinor(payment), currency: payment.currency }
  const amount = wish.amount ?? left
  if (payment.purpose === 'POINTS') return fail('NOT_ALLOWED', 'Points cannot be returned; adjust the wallet instead.')
  if (left.amountMinor === 0) return fail('INVALID_STATE', 'Nothing of this payment can be refunded.', { allowed: [] })
  if (amount.currency !== payment.currency || amount.amountMinor <= 0)
    return fail('VALIDATION', `Refund an amount in ${payment.currency}.`, { field: ['input', 'amount'] })
  if (amount.amountMinor > left.amountMinor)
    return fail('LIMIT_EXCEEDED', `At most ${formatMoney(left)} can be refunded.`, { field: ['input', 'amount'] })

  const { entries, sellerMinor } = await takeBack(ctx, tx, { payment, amountMinor: amount.amountMinor })
  const decided = await decideRefund(ctx, tx, {
    ...{ payment, amountMinor: amount.amountMinor, reason: wish.reason, decidedBy: wish.decidedBy, sources: entries },
    lines: [sellerLine(payment, -sellerMinor)],
  })
  if (wish.decidedBy !== payment.sellerId)
    await noteAct(ctx, tx, {
      ...{ action: 'PAYMENT_REFUNDED', subjectId: payment.buyerId, object: { kind: 'PAYMENT', id: payment.id } },
      ...{
        reason: wish.reason,
        before: { refundableMinor: left.amountMinor },
        after: { refundedMinor: amount.amountMinor },
      },
    })
  await grantOpenRequests(tx, paymentFacts(payment).orderId, ctx.clock.now())
  await attempt.finish(tx, { refundId: decided.id })
  return ok(decided)
}

const sellerLine = ({ sellerId, currency, title }: PaymentRow, amountMinor: number) => ({
  userId: sellerId ?? '',
  kind: 'EARNING_REVERSED' as const,
  amount: { amountMinor, currency },
  description: title,
})

/** The order's lock comes before its payments'. */
const lockPayment = async (tx: Transaction, paymentId: string): Promise<PaymentRow> => {
  const known = await findPayment(tx, paymentId)
  if (known.orderId)
    await lockOrderAccount(tx, { ...paymentFacts(known), title: known.title, currency: known.currency })
  return findPaymentForUpdate(tx, paymentId)
}
