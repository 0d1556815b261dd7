import type { ServiceContext } from '@gigraph/shared/service'
import type { Storage } from '@gigraph/shared/storage'
import type { configuration } from './config.ts'

/** What the service's context holds beyond what every service has. */
export interface Extra {
  /** Where files are kept. */
  readonly storage: Storage
}

/** What every request, event and job of the profiles service has at hand. */
export type Context = ServiceContext<typeof configuration> & Extra
