import { money } from '@gigraph/shared/money'
import { defineProcedure } from '@gigraph/shared/service'
import { z } from 'zod'

/**
 * What stands between a person and the platform: an account is not deleted while there is any. `money` is what is owed either way:
 * earnings that were not paid out, payouts on their way, refunds that have not reached the person, what a bank holds, what they owe.
 */
export const openBalances = defineProcedure({
  service: 'payments',
  name: 'openBalances',
  input: z.object({ userId: z.uuid() }),
  output: z.object({ money: z.array(money), points: z.int() }),
})
