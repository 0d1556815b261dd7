import { z } from 'zod'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { expand, inRange, listParams } from '../params.ts'

const path = '/charges'

/** https://docs.stripe.com/api/charges, reading only: charges are made by payment intents. */
export const chargeOperations = [
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      customer: z.string().optional(),
      payment_intent: z.string().optional(),
      transfer_group: z.string().optional(),
    }),
    run({ emulation, account, params }) {
      const { customer, payment_intent: intent, transfer_group: group } = params
      const found = emulation.store
        .list('charge', account)
        .filter(
          (charge) =>
            (!customer || charge.customer === customer) &&
            (!intent || charge.payment_intent === intent) &&
            (!group || charge.transfer_group === group) &&
            inRange(charge.created, params.created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('charge', id, account),
  }),
]
