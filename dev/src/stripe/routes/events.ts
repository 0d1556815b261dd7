import type Stripe from 'stripe'
import { z } from 'zod'
import { badParameter } from '../fault.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { expand, flag, inRange, listParams, type ParamsOf } from '../params.ts'

const path = '/events'

const matches = (type: string, pattern: string) =>
  pattern.endsWith('*') ? type.startsWith(pattern.slice(0, -1)) : type === pattern

/** https://docs.stripe.com/api/events: what reconciliation reads. */
export const eventOperations = [
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      delivery_success: flag.optional(),
      type: z.string().optional(),
      types: z.array(z.string()).max(20).optional(),
    } satisfies ParamsOf<Stripe.EventListParams>),
    run({ emulation, account, params }) {
      const { type, types, delivery_success: delivered } = params
      if (type && types)
        throw badParameter('You may only specify one of these parameters: type, types.', { param: 'type' })
      const patterns = types ?? (type ? [type] : ['*'])
      const found = emulation.store
        .list('event', account)
        .filter(
          (event) =>
            patterns.some((pattern) => matches(event.type, pattern)) &&
            (delivered === undefined || delivered === (event.pending_webhooks === 0)) &&
            inRange(event.created, params.created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('event', id, account),
  }),
]
