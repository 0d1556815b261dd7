import { z } from 'zod'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { expand } from '../params.ts'

const path = '/charges'

/** https://docs.stripe.com/api/charges, reading only: charges are made by payment intents. */
export const chargeOperations = [
  listOperation(path, 'charge', ['customer', 'payment_intent', 'transfer_group']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('charge', id, account),
  }),
]
