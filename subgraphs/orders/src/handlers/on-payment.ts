import { paymentFailed, paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { noteStep, step } from '../order/change-order.ts'
import type { OrderEvent } from '../order/order.ts'
import { findOrderForUpdate } from '../order/order-store.ts'
import type { Details } from '../order/rules.ts'

const { handle } = bind<Context>()

interface Payment {
  readonly orderId: string
  readonly paymentId: string
}

/** A step that the money takes. A refusal is no failure of the event (it would be tried for a day), but somebody must look. */
const stepOfPayments = async (
  ctx: Context,
  tx: Transaction,
  { orderId, paymentId }: Payment,
  event: OrderEvent,
  details: Details,
): Promise<void> => {
  const order = await findOrderForUpdate(tx, orderId)
  const how = { ...details, by: 'PAYMENTS', at: ctx.clock.now() } as const
  const stepped = await step(ctx, tx, order, { event, how, actorId: null })
  if (!stepped.ok)
    ctx.log.error({ orderId, paymentId, event, state: order.state }, 'a payment does not fit the state of its order')
}

/** The buyer paid: the order starts, or the seller's questions are to be answered. */
export const onPaymentSucceeded = handle(paymentSucceeded, 'pay-order', (ctx, tx, payment) =>
  stepOfPayments(ctx, tx, payment, 'PAY', {
    amountMinor: payment.amount.amountMinor,
    milestoneId: payment.milestoneId,
  }),
)

/** Money went back, by staff or after a cancellation. */
export const onPaymentRefunded = handle(paymentRefunded, 'note-refund', (ctx, tx, payment) =>
  stepOfPayments(ctx, tx, payment, 'REFUND', {
    amountMinor: payment.refunded.amountMinor,
    milestoneId: payment.milestoneId,
    accept: payment.remaining.amountMinor === 0,
  }),
)

/** The card was refused: the order still waits for its payment, and both can read why. */
export const onPaymentFailed = handle(paymentFailed, 'note-failed-payment', async (ctx, tx, { orderId, reason }) => {
  const order = await findOrderForUpdate(tx, orderId)
  const how = { by: 'PAYMENTS', at: ctx.clock.now(), note: reason } as const
  await noteStep(ctx, tx, { orderId, event: 'PAYMENT_FAILED', how, actorId: null, from: order.state, to: order.state })
})
