import { money } from '@gigraph/shared/money'
import { defineProcedure } from '@gigraph/shared/service'
import { z } from 'zod'

const service = 'orders'
const id = z.uuid()

/** What is to be paid for an order, for its buyer only. Another person's order is NOT_FOUND. */
export const payable = defineProcedure({
  service,
  name: 'payable',
  input: z.object({ orderId: id, milestoneId: id.nullable(), payerId: id }),
  output: z.discriminatedUnion('payable', [
    z.object({
      payable: z.literal(true),
      orderId: id,
      milestoneId: id.nullable(),
      buyerId: id,
      sellerId: id,
      gigId: id.nullable(),
      title: z.string(),
      amount: money,
      payBefore: z.iso.datetime(),
    }),
    z.object({ payable: z.literal(false), reason: z.string() }),
  ]),
})

/** The two people of an order. */
export const participants = defineProcedure({
  service,
  name: 'participants',
  input: z.object({ orderId: id }),
  output: z.object({ buyerId: id, sellerId: id, title: z.string() }),
})

/** How many orders of a user, on either side, have not ended: an account with some is not deleted. */
export const openOrders = defineProcedure({
  service,
  name: 'openOrders',
  input: z.object({ userId: id }),
  output: z.object({ count: z.int() }),
})
