import { setTimeout as delay } from 'node:timers/promises'
import type { PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { QueryResult } from 'pg'
import { childSpan } from '../telemetry/index.ts'
import type { Database, Transaction } from './database.ts'
import {
  CommitOutcomeUnknown,
  DatabaseUnavailable,
  isConnectionLoss,
  isSerializationFailure,
  serverErrorOf,
  TransactionAborted,
  TransactionMisuse,
} from './errors.ts'
import { type Lease, leaseConnection } from './lease.ts'
import { openScope, runCallbacks, type Scope, savepoint, scopeOf, type TransactionSource } from './transaction-scope.ts'

/** How a transaction runs; ignored by a nested one (a savepoint has neither). */
export interface TransactionOptions {
  /** PostgreSQL's default, `read committed`, when absent. */
  isolationLevel?: PgTransactionConfig['isolationLevel']
  accessMode?: PgTransactionConfig['accessMode']
  /** From the call to its settlement, all attempts together; 6,500 ms when absent. */
  timeoutMs?: number
}

const RETRIES = 3
const FIRST_RETRY_MS = 50
const TIMEOUT_MS = 6_500
/** Less than this left (ms): another attempt could not even get a connection. */
const LEAST_ATTEMPT_MS = 3_000

const sources = new WeakMap<object, TransactionSource>()
const committing = new WeakSet<Scope>()

/** Makes `db` usable with {@link transaction}, and its own `transaction` method the same thing. */
export const registerDatabase = (db: Database, source: TransactionSource): void => {
  sources.set(db, source)
  db.transaction = (run, config) => transaction(db, run, config)
}

/**
 * Runs `run` in one transaction and resolves with its result after COMMIT was acknowledged; a throw rolls back.
 * On a {@link Transaction} it is a savepoint of it. Serialization failures, deadlocks and connections lost before COMMIT
 * run the whole of `run` again, at most three times: it must have no effect outside `tx` (see {@link afterCommit}).
 * Settles within 8 s (`timeoutMs` plus {@link afterCommit} callbacks, of which it awaits at most 1 s).
 * @throws DatabaseUnavailable when nothing was committed because the server was away or the deadline passed
 * @throws CommitOutcomeUnknown when the connection died while COMMIT was in flight; never retried
 * @throws TransactionAborted when a statement's failure was swallowed
 */
export const transaction = async <T>(
  db: Database,
  run: (tx: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> => {
  const outer = scopeOf(db)
  if (outer) return savepoint(outer, run)
  const source = sources.get(db)
  if (!source) throw new TransactionMisuse('transaction() needs a database of openDatabase() or a transaction of it')

  const endsAt = performance.now() + (options.timeoutMs ?? TIMEOUT_MS)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await childSpan({ name: 'transaction', attributes: { 'gigraph.attempt': attempt + 1 } }, () =>
        attemptOnce(source, run, options, endsAt),
      )
    } catch (error) {
      const pauseMs = FIRST_RETRY_MS * 4 ** attempt * (0.5 + Math.random() / 2)
      const again = error instanceof DatabaseUnavailable || isSerializationFailure(error)
      const late = performance.now() + pauseMs + LEAST_ATTEMPT_MS > endsAt
      if (!again || late || attempt === RETRIES) throw error
      // Not the error itself: Drizzle puts the statement's values into its message.
      source.log?.warn(
        { attempt: attempt + 1, reason: serverErrorOf(error)?.code ?? 'connection' },
        'transaction retried',
      )
      await delay(pauseMs)
    }
  }
}

const attemptOnce = async <T>(
  source: TransactionSource,
  run: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
  endsAt: number,
): Promise<T> => {
  const lease = await leaseConnection(source.pool)
  const scope: Scope = { source, lease, parent: undefined, depth: 0, callbacks: [], open: true, nested: false }
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      const late = committing.has(scope)
        ? new CommitOutcomeUnknown('COMMIT was not answered before the deadline of the transaction')
        : new DatabaseUnavailable('the transaction exceeded its deadline')
      lease.destroy(late)
      deadline.reject(late)
    },
    Math.max(0, endsAt - performance.now()),
  )
  try {
    const result = await Promise.race([runAndCommit(scope, run, options), deadline.promise])
    await runCallbacks(scope)
    return result
  } finally {
    clearTimeout(timer)
    scope.open = false
    lease.release()
  }
}

const runAndCommit = async <T>(
  scope: Scope,
  run: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
): Promise<T> => {
  const { lease } = scope
  let result: T
  try {
    await lease.query(beginStatement(options))
    result = await run(openScope(scope))
    // COMMIT would save the half of the nested transaction that has happened so far.
    if (scope.nested) throw new TransactionMisuse('a nested transaction was not awaited')
  } catch (error) {
    scope.open = false
    // A connection that cannot roll back is closed by its release, and the server rolls back.
    if (lease.lost === undefined) await lease.query('rollback').catch((cause: Error) => lease.destroy(cause))
    if (lease.lost === undefined || error instanceof DatabaseUnavailable) throw error
    throw new DatabaseUnavailable('the connection was lost before COMMIT; nothing was saved', { cause: error })
  }
  scope.open = false
  committing.add(scope)
  await commit(lease)
  return result
}

const commit = async (lease: Lease): Promise<void> => {
  if (lease.lost !== undefined)
    throw new DatabaseUnavailable('the connection was lost before COMMIT; nothing was saved', { cause: lease.lost })
  const answer = await lease.query('commit').catch((cause: unknown) => {
    // A deferred constraint or a serialization failure is a definite no; a lost connection is not.
    if (lease.lost === undefined && !isConnectionLoss(cause)) throw cause
    throw new CommitOutcomeUnknown('the connection was lost during COMMIT', { cause })
  })
  if ((answer as QueryResult).command !== 'COMMIT')
    throw new TransactionAborted('a failed statement was ignored; PostgreSQL rolled back', { cause: lease.failure })
}

const beginStatement = ({ isolationLevel, accessMode }: TransactionOptions): string =>
  `begin${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${accessMode ? ` ${accessMode}` : ''}`
