import type { Mailer } from '@gigraph/shared/mail'
import type { ServiceContext } from '@gigraph/shared/service'
import type { Storage } from '@gigraph/shared/storage'
import type { configuration } from './config.ts'
import type { Counters } from './rate-limit/counters.ts'
import type { KeyRing } from './token/key-ring.ts'

/** What identity has beyond every service's context. */
export interface Extra {
  readonly keys: KeyRing
  readonly mailer: Mailer
  /** Where tries are counted. */
  readonly counters: Counters
  /** Holds archives of exported data. */
  readonly storage: Storage
}

export type Context = ServiceContext<typeof configuration> & Extra
