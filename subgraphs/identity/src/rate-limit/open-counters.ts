import type { Database } from '@gigraph/shared/database'
import type { Logger } from '@gigraph/shared/logging'
import type { Counters } from './counters.ts'
import { postgresCounters } from './postgres-counters.ts'
import { redisCounters } from './redis-counters.ts'

interface CountersOptions {
  readonly db: Database
  readonly redisUrl: string | undefined
  readonly log: Logger
}

/** Counts in Redis where there is one, else in the service's own database. */
export const openCounters = ({ db, redisUrl, log }: CountersOptions): Counters => {
  const inDatabase = postgresCounters(db)
  return redisUrl ? redisCounters({ url: redisUrl, otherwise: inDatabase, log }) : inDatabase
}
