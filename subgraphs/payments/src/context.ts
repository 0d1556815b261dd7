import type { ServiceContext } from '@gigraph/shared/service'
import type Stripe from 'stripe'
import type { configuration } from './config.ts'

interface Extra {
  readonly stripe: Stripe
}

export type Context = ServiceContext<typeof configuration> & Extra
