import type { ServiceContext } from '@gigraph/shared/service'
import type { configuration } from './config.ts'

export type Context = ServiceContext<typeof configuration>
