import { noteAct } from '@gigraph/shared/audit'
import { requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { type Attempt, idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { formatMoney, money } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { Overdraft } from '../ledger/post.ts'
import { refuseOverdraft } from '../ledger/refuse-overdraft.ts'
import { refundableMinor } from '../payment/payment.ts'
import { findPayment } from '../payment/payment-store.ts'
import { authorize } from '../policy.ts'
import { lockPayment } from '../settlement/lock-payment.ts'
import { decideRefund } from './decide-refund.ts'
import { takeForRefund } from './refund-sources.ts'
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
 * Gives a part or all of a payment back: an order's by its seller or by staff, points that are not spent by staff. Never more than
 * what is left of it, however many ask at once; a seller no more than they have.
 *
 * @throws {ApplicationError} NOT_FOUND for another person's payment, FORBIDDEN for the buyer's own
 */
export const refundPayment = async (ctx: Context, raw: unknown): Promise<Result<RefundRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { idempotencyKey: key, ...wish } = parsed.value
  const known = await findPayment(ctx.db, wish.paymentId)
  authorize(viewer, 'payment:refund', known)
  const tooLittle =
    known.purpose === 'POINTS'
      ? 'The buyer has spent these points; refund less.'
      : 'You have less than that: refund less, or ask support to refund it.'
  return idempotent<Reference, RefundRow>(ctx, {
    ...{ ownerId: viewer.id, operation: 'refundPayment', key, input: wish, reference },
    run: (attempt) =>
      refuseOverdraft(
        tooLittle,
        () => transaction(ctx.db, (tx) => refund(ctx, tx, attempt, { ...wish, decidedBy: viewer.id })),
        { field: ['input', 'amount'] },
      ),
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
  if (left.amountMinor === 0) return fail('INVALID_STATE', 'Nothing of this payment can be refunded.', { allowed: [] })
  if (amount.currency !== payment.currency || amount.amountMinor <= 0)
    return fail('VALIDATION', `Refund an amount in ${payment.currency}.`, { field: ['input', 'amount'] })
  if (amount.amountMinor > left.amountMinor)
    return fail('LIMIT_EXCEEDED', `At most ${formatMoney(left)} can be refunded.`, { field: ['input', 'amount'] })

  const isStaff = wish.decidedBy !== payment.sellerId
  const { sources, lines, short } = await takeForRefund(ctx, tx, { payment, amountMinor: amount.amountMinor })
  // Only staff let a seller owe the platform: who was paid out and gives it all back would leave with the platform's money.
  if (short && !(isStaff && payment.purpose === 'ORDER')) throw new Overdraft(short)
  const decided = await decideRefund(ctx, tx, {
    ...{ payment, amountMinor: amount.amountMinor, reason: wish.reason, decidedBy: wish.decidedBy, sources, lines },
  })
  if (isStaff)
    await noteAct(ctx, tx, {
      ...{ action: 'PAYMENT_REFUNDED', subjectId: payment.buyerId, object: { kind: 'PAYMENT', id: payment.id } },
      ...{
        reason: wish.reason,
        before: { refundableMinor: left.amountMinor },
        after: { refundedMinor: amount.amountMinor },
      },
    })
  if (payment.orderId) await grantOpenRequests(tx, payment.orderId, ctx.clock.now())
  await attempt.finish(tx, { refundId: decided.id })
  return ok(decided)
}
