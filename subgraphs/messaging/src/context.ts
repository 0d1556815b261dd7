import type { Mailer } from '@gigraph/shared/mail'
import type { ServiceContext } from '@gigraph/shared/service'
import type { Counter } from 'prom-client'
import type { configuration } from './config.ts'
import type { CallEndpoint } from './webhook/call-endpoint.ts'

/** What messaging has beyond every service's context. */
export interface Extra {
  readonly mailer: Mailer
  readonly callEndpoint: CallEndpoint
  readonly webhookAttempts: Counter<'result'>
}

export type Context = ServiceContext<typeof configuration> & Extra
