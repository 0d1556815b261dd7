import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'drizzle-orm/logger'
import { NodePgSession, NodePgTransaction } from 'drizzle-orm/node-postgres'
import { PgDialect, type PgTransactionConfig } from 'drizzle-orm/pg-core'
import type { Pool, PoolClient, QueryResult } from 'pg'
import type { Database, DatabaseLog, Transaction } from './database.ts'
import {
  CommitOutcomeUnknown,
  DatabaseUnavailable,
  isConnectionLoss,
  isSerializationFailure,
  TransactionAborted,
  TransactionMisuse,
} from './errors.ts'
import { type Lease, leaseConnection } from './lease.ts'

/** How a transaction runs; ignored by a nested one (a savepoint has neither). */
export interface TransactionOptions {
  /** PostgreSQL's default, `read committed`, when absent. */
  isolationLevel?: PgTransactionConfig['isolationLevel']
  accessMode?: PgTransactionConfig['accessMode']
  /** From the call to its settlement, all attempts together; 6,500 ms when absent. */
  timeoutMs?: number
}

/** What {@link transaction} needs to know about a database that `openDatabase` opened. */
export interface TransactionSource {
  readonly pool: Pool
  readonly logger: Logger
  readonly log: DatabaseLog | undefined
}

type Callback = () => void | Promise<void>

interface Scope {
  readonly source: TransactionSource
  readonly lease: Lease
  readonly depth: number
  readonly callbacks: Callback[]
  open: boolean
  nested: boolean
}

const RETRIES = 3
const FIRST_RETRY_MS = 50
const TIMEOUT_MS = 6_500
/** Less than this left (ms): another attempt could not even get a connection. */
const LEAST_ATTEMPT_MS = 3_000
const CALLBACKS_MS = 1_000

const sources = new WeakMap<object, TransactionSource>()
const scopes = new WeakMap<object, Scope>()
const dialect = new PgDialect()

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
  const outer = scopes.get(db)
  if (outer) return savepoint(outer, run)
  const source = sources.get(db)
  if (!source) throw new TransactionMisuse('transaction() needs a database of openDatabase() or a transaction of it')

  const endsAt = performance.now() + (options.timeoutMs ?? TIMEOUT_MS)
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await attemptOnce(source, run, options, endsAt)
    } catch (error) {
      const pauseMs = FIRST_RETRY_MS * 4 ** attempt * (0.5 + Math.random() / 2)
      const again = error instanceof DatabaseUnavailable || isSerializationFailure(error)
      const late = performance.now() + pauseMs + LEAST_ATTEMPT_MS > endsAt
      if (!again || late || attempt === RETRIES) throw error
      await delay(pauseMs)
    }
  }
}

/**
 * Runs the callback once the outermost transaction has committed, never before and never after a rollback (a rolled back
 * savepoint forgets its own). A failure is logged: the transaction stands.
 */
export const afterCommit = (tx: Transaction, callback: Callback): void => {
  const scope = scopes.get(tx)
  if (!scope?.open) throw new TransactionMisuse('afterCommit() needs an open transaction')
  scope.callbacks.push(callback)
}

const attemptOnce = async <T>(
  source: TransactionSource,
  run: (tx: Transaction) => Promise<T>,
  options: TransactionOptions,
  endsAt: number,
): Promise<T> => {
  const lease = await leaseConnection(source.pool)
  const scope: Scope = { source, lease, depth: 0, callbacks: [], open: true, nested: false }
  const deadline = Promise.withResolvers<never>()
  const timer = setTimeout(
    () => {
      const late = new DatabaseUnavailable('the transaction exceeded its deadline')
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
  } catch (error) {
    scope.open = false
    // A connection that cannot roll back is closed by its release, and the server rolls back.
    if (lease.lost === undefined) await lease.query('rollback').catch((cause: Error) => lease.destroy(cause))
    if (lease.lost === undefined || error instanceof DatabaseUnavailable) throw error
    throw new DatabaseUnavailable('the connection was lost before COMMIT; nothing was saved', { cause: error })
  }
  scope.open = false
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

const savepoint = async <T>(outer: Scope, run: (tx: Transaction) => Promise<T>): Promise<T> => {
  if (!outer.open) throw new TransactionMisuse('the transaction has ended')
  // Two savepoints that overlap in time are nested for PostgreSQL: undoing one would undo part of the other.
  if (outer.nested) throw new TransactionMisuse('one nested transaction at a time')
  const { lease } = outer
  const name = `nested_${outer.depth + 1}`
  const scope: Scope = { ...outer, depth: outer.depth + 1, callbacks: [], open: true, nested: false }
  outer.nested = true
  try {
    await lease.query(`savepoint ${name}`)
    const result = await run(openScope(scope))
    scope.open = false
    await lease.query(`release savepoint ${name}`)
    outer.callbacks.push(...scope.callbacks)
    return result
  } catch (error) {
    scope.open = false
    // On a lost connection there is nothing to undo; the outer transaction reports the loss.
    if (lease.lost === undefined) await lease.query(`rollback to savepoint ${name}`)
    throw error
  } finally {
    outer.nested = false
  }
}

/** The Drizzle face of a scope. Statements after its end are refused: the connection may already serve someone else. */
const openScope = (scope: Scope): Transaction => {
  const client: PoolClient = Object.create(scope.lease.client, {
    query: {
      value: (...args: readonly unknown[]) =>
        scope.open
          ? scope.lease.query(...args)
          : Promise.reject(new TransactionMisuse('a statement was issued after its transaction ended')),
    },
  })
  const session = new NodePgSession<Record<string, never>, Record<string, never>>(client, dialect, undefined, {
    logger: scope.source.logger,
  })
  const tx: Transaction = new NodePgTransaction<Record<string, never>, Record<string, never>>(
    dialect,
    session,
    undefined,
  )
  tx.transaction = (run) => transaction(tx, run)
  scopes.set(tx, scope)
  return tx
}

const beginStatement = ({ isolationLevel, accessMode }: TransactionOptions): string =>
  `begin${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${accessMode ? ` ${accessMode}` : ''}`

const runCallbacks = async ({ callbacks, source, lease }: Scope): Promise<void> => {
  lease.release()
  if (callbacks.length === 0) return
  const settled = Promise.allSettled(
    callbacks.map(async (callback) => {
      await callback()
    }),
  ).then((outcomes) => {
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') source.log?.error({ err: outcome.reason }, 'an after-commit callback failed')
  })
  const patience = new AbortController()
  await Promise.race([settled, delay(CALLBACKS_MS, undefined, { signal: patience.signal }).catch(() => undefined)])
  patience.abort()
}
