import type { ServiceContext } from '@gigraph/shared/service'
import type { configuration } from './config.ts'

/** What every request, event and job of the marketplace has at hand. */
export type Context = ServiceContext<typeof configuration>
