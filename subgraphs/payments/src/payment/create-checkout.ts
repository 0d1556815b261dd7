import { payable } from '@gigraph/orders/internal'
import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { badUserInput, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { type Attempt, idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { formatMoney } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { lockOrderAccount } from '../settlement/order-account-store.ts'
import { amountOf } from './payment.ts'
import { findOpenPaymentForUpdate, findPayment, insertPayment, listPaidOfSubject } from './payment-store.ts'
import { checkoutEnd, isUsable, openSession } from './session.ts'
import { syncSession } from './sync-payment.ts'
import type { PaymentRow } from './tables.ts'

const input = z.object({ orderId: z.uuid(), milestoneId: z.uuid().nullish(), idempotencyKey })
const reference = z.object({ paymentId: z.uuid() })
type Reference = z.output<typeof reference>

/** Stripe takes eight digits (https://docs.stripe.com/currencies#minimum-and-maximum-charge-amounts). */
const MOST_MINOR = 99_999_999

/** How often a finished or expired session is replaced before we give up. */
const TRIES = 3

/**
 * Opens Stripe's page on which the buyer pays an order or one of its milestones. While such a page is open, everybody gets
 * that one, so that nobody pays twice. The amount is the orders service's.
 *
 * @throws {ApplicationError} NOT_FOUND for another person's order
 */
export const createCheckout = async (ctx: Context, raw: unknown): Promise<Result<PaymentRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { orderId, milestoneId = null, idempotencyKey: key } = parsed.value
  return idempotent<Reference, PaymentRow>(ctx, {
    ownerId: viewer.id,
    operation: 'createCheckout',
    key,
    input: { orderId, milestoneId },
    reference,
    run: (attempt) => checkOut(ctx, attempt, { orderId, milestoneId, payerId: viewer.id }),
    replay: async ({ paymentId }) => ok(await findPayment(ctx.db, paymentId)),
  })
}

const checkOut = async (
  ctx: Context,
  attempt: Attempt<Reference>,
  asked: { readonly orderId: string; readonly milestoneId: string | null; readonly payerId: string },
): Promise<Result<PaymentRow>> => {
  const due = await ctx.call(payable, asked)
  if (!due.payable) return fail('INVALID_STATE', due.reason)
  if (due.amount.amountMinor <= 0) throw badUserInput('There is nothing to pay.')
  if (due.amount.amountMinor > MOST_MINOR) {
    const most = formatMoney({ ...due.amount, amountMinor: MOST_MINOR })
    return fail('LIMIT_EXCEEDED', `At most ${most} can be paid at once; agree on milestones.`)
  }
  for (let again = 0; again < TRIES; again += 1) {
    const intent = await intend(ctx, due)
    if (!intent) return fail('INVALID_STATE', 'This is paid already.')
    const payment = await openSession(ctx, intent)
    if (isUsable(ctx, payment) && sameAmount(payment, due)) {
      await transaction(ctx.db, (tx) => attempt.finish(tx, { paymentId: payment.id }))
      return ok(payment)
    }
    // Paid, expired, or for a price that has changed: what Stripe knows decides.
    if (payment.sessionId) await syncSession(ctx, payment.sessionId, { close: true })
  }
  return fail('CONFLICT', 'The payment page is changing just now; try again in a moment.')
}

type Due = Extract<z.output<typeof payable.output>, { payable: true }>

const sameAmount = (payment: PaymentRow, { amount }: Due): boolean =>
  amountOf(payment).amountMinor === amount.amountMinor && payment.currency === amount.currency

/** The row that stands for the payment, before Stripe hears of it; undefined when it is paid. */
const intend = (ctx: Context, due: Due): Promise<PaymentRow | undefined> =>
  transaction(ctx.db, async (tx) => {
    const subjectId = due.milestoneId ?? due.orderId
    await lockOrderAccount(tx, { ...due, currency: due.amount.currency })
    const open = await findOpenPaymentForUpdate(tx, subjectId)
    if (open) return open
    if ((await listPaidOfSubject(tx, subjectId)).length > 0) return undefined
    const now = ctx.clock.now()
    return insertPayment(tx, {
      id: ctx.makeId(),
      purpose: 'ORDER',
      subjectId,
      orderId: due.orderId,
      milestoneId: due.milestoneId,
      buyerId: due.buyerId,
      sellerId: due.sellerId,
      gigId: due.gigId,
      title: due.title,
      ...due.amount,
      state: 'PENDING',
      checkoutExpiresAt: checkoutEnd(now, new Date(due.payBefore)),
      createdAt: now,
    })
  })
