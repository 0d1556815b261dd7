import { setTimeout as delay } from 'node:timers/promises'
import type { Logger } from 'drizzle-orm/logger'
import { NodePgSession, NodePgTransaction } from 'drizzle-orm/node-postgres'
import { PgDialect } from 'drizzle-orm/pg-core'
import type { Pool, PoolClient } from 'pg'
import type { DatabaseLog, Transaction } from './database.ts'
import { TransactionMisuse } from './errors.ts'
import type { Lease } from './lease.ts'

/** What a transaction needs to know about the database that `openDatabase` opened. */
export interface TransactionSource {
  readonly pool: Pool
  readonly logger: Logger
  readonly log: DatabaseLog | undefined
}

type Callback = () => void | Promise<void>

/** A transaction or a savepoint of one, from its first statement to its last. */
export interface Scope {
  readonly source: TransactionSource
  readonly lease: Lease
  readonly parent: Scope | undefined
  readonly depth: number
  readonly callbacks: Callback[]
  open: boolean
  /** A nested transaction of this one has not settled yet. */
  nested: boolean
}

const CALLBACKS_MS = 1_000

const scopes = new WeakMap<object, Scope>()
const dialect = new PgDialect()

/** The scope behind a transaction; undefined for a database. */
export const scopeOf = (db: object): Scope | undefined => scopes.get(db)

const isOpen = (scope: Scope): boolean => scope.open && (scope.parent === undefined || isOpen(scope.parent))

const openScopeOf = (tx: Transaction, caller: string): Scope => {
  const scope = scopes.get(tx)
  if (!scope || !isOpen(scope)) throw new TransactionMisuse(`${caller} needs an open transaction`)
  return scope
}

/** The connection of an open transaction. Throws after its end, and for a database. */
export const leaseOf = (tx: Transaction, caller: string): Lease => openScopeOf(tx, caller).lease

/** The Drizzle face of a scope. Statements after its end are refused: the connection may already serve someone else. */
export const openScope = (scope: Scope): Transaction => {
  const client: PoolClient = Object.create(scope.lease.client, {
    query: {
      value: (...args: readonly unknown[]) =>
        isOpen(scope)
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
  tx.transaction = (run) => savepoint(scope, run)
  scopes.set(tx, scope)
  return tx
}

/** Runs a nested transaction: a savepoint that is kept when `run` resolves and undone when it throws. */
export const savepoint = async <T>(outer: Scope, run: (tx: Transaction) => Promise<T>): Promise<T> => {
  if (!isOpen(outer)) throw new TransactionMisuse('the transaction has ended')
  // Two savepoints that overlap in time are nested for PostgreSQL: undoing one would undo part of the other.
  if (outer.nested) throw new TransactionMisuse('one nested transaction at a time')
  const { lease } = outer
  const name = `nested_${outer.depth + 1}`
  const scope: Scope = { ...outer, parent: outer, depth: outer.depth + 1, callbacks: [], open: true, nested: false }
  outer.nested = true
  try {
    await lease.query(`savepoint ${name}`)
    const result = await run(openScope(scope))
    if (scope.nested) throw new TransactionMisuse('a nested transaction was not awaited')
    if (!isOpen(scope)) throw new TransactionMisuse('the transaction ended before its nested one')
    scope.open = false
    await lease.query(`release savepoint ${name}`)
    outer.callbacks.push(...scope.callbacks)
    return result
  } catch (error) {
    scope.open = false
    // On a lost connection, or after the end of the outer transaction, there is nothing left to undo.
    if (lease.lost === undefined && isOpen(outer)) await lease.query(`rollback to savepoint ${name}`)
    throw error
  } finally {
    outer.nested = false
  }
}

/**
 * Runs the callback once the outermost transaction has committed, never before and never after a rollback (a rolled back
 * savepoint forgets its own). A failure is logged: the transaction stands.
 */
export const afterCommit = (tx: Transaction, callback: Callback): void => {
  openScopeOf(tx, 'afterCommit()').callbacks.push(callback)
}

/** Runs the callbacks of a committed transaction; resolves when they settled, after 1 s at the latest. */
export const runCallbacks = async ({ callbacks, source, lease }: Scope): Promise<void> => {
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
