import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findOptionalOpenPurchase, findOptionalPayment, findPayment, insertPayment } from '../payment/payment-store.ts'
import { checkoutEnd, openSession } from '../payment/session.ts'
import type { PaymentRow } from '../payment/tables.ts'
import { packNames, packs } from './pack.ts'

const input = z.object({ pack: z.enum(packNames), idempotencyKey })
const reference = z.object({ paymentId: z.uuid() })

/**
 * Opens Stripe's page on which a pack of points is paid; the points come when the money has arrived. While such a page is open, every
 * call of its buyer gets that one.
 */
export const buyPoints = async (ctx: Context, raw: unknown): Promise<Result<PaymentRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { pack: name, idempotencyKey: key } = parsed.value
  return idempotent<z.output<typeof reference>, PaymentRow>(ctx, {
    ...{ ownerId: viewer.id, operation: 'buyPoints', key, input: { pack: name }, reference },
    run: async ({ workId, finish }) => {
      const { points, priceCents } = packs[name]
      // The work's id is the payment's: a try after a lost answer finds the same row, and so the same page.
      const payment =
        (await findOptionalPayment(ctx.db, workId)) ??
        (await findOptionalOpenPurchase(ctx.db, { buyerId: viewer.id, points, after: ctx.clock.now() })) ??
        (await transaction(ctx.db, (tx) =>
          insertPayment(tx, {
            ...{ id: workId, subjectId: workId, purpose: 'POINTS', buyerId: viewer.id },
            ...{ title: `${points.toLocaleString('en-US')} points`, points },
            ...{ amountMinor: priceCents, currency: 'USD', state: 'PENDING' },
            ...{ checkoutExpiresAt: checkoutEnd(ctx.clock.now(), ctx.clock.now()), createdAt: ctx.clock.now() },
          }),
        ))
      const open = await openSession(ctx, payment)
      await transaction(ctx.db, (tx) => finish(tx, { paymentId: open.id }))
      return ok(open)
    },
    replay: async ({ paymentId }) => ok(await findPayment(ctx.db, paymentId)),
  })
}
