import { openOrders } from '@gigraph/orders/internal'
import { openBalances } from '@gigraph/payments/internal'
import { formatMoney } from '@gigraph/shared/money'
import type { Context } from '../context.ts'

/** What has to end before an account can. */
interface Obligations {
  /** Each as a sentence that says what to do. */
  readonly open: readonly string[]
  /** Points that would be lost; they cannot be paid out, so giving them up is the owner's choice. */
  readonly points: number
}

/** @throws {ApplicationError} SERVICE_UNAVAILABLE: who cannot be asked may know of some */
export const findObligations = async (ctx: Context, userId: string): Promise<Obligations> => {
  const [{ count }, { money, points }] = await Promise.all([
    ctx.call(openOrders, { userId }),
    ctx.call(openBalances, { userId }),
  ])
  const orders = `You have ${count} open ${count === 1 ? 'order' : 'orders'}. Complete or cancel them first.`
  const balances = `Your balance is ${money.map(formatMoney).join(', ')}. Have it paid out or settle it first.`
  return { open: [...(count > 0 ? [orders] : []), ...(money.length > 0 ? [balances] : [])], points }
}
