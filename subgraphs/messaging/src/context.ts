import type { Mailer } from '@gigraph/shared/mail'
import type { ServiceContext } from '@gigraph/shared/service'
import type { configuration } from './config.ts'

/** What messaging has beyond every service's context. */
export interface Extra {
  readonly mailer: Mailer
}

export type Context = ServiceContext<typeof configuration> & Extra
