import { openOrders } from '@gigraph/orders/internal'
import type { Context } from '../context.ts'

/** How many orders of the user have not ended. @throws {ApplicationError} SERVICE_UNAVAILABLE: who cannot be asked may know of some */
export const countObligations = async (ctx: Context, userId: string): Promise<number> =>
  (await ctx.call(openOrders, { userId })).count
