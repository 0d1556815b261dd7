import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Pool, PoolClient } from 'pg'
import { from } from 'pg-copy-streams'
import { DatabaseUnavailable, isConnectionLoss, TransactionMisuse } from './errors.ts'
import { traceStatement } from './traced-statement.ts'

/** One pooled connection in the hands of one transaction. */
export interface Lease {
  readonly client: PoolClient
  /** What broke the connection, once something did. */
  readonly lost: unknown
  /** What the latest failed statement failed with. */
  readonly failure: unknown
  /** Runs the statements one after another: pg 9 drops its own queue (deprecated in 8.16). */
  query(...args: readonly unknown[]): Promise<unknown>
  /** Sends the text, in UTF-8, to a `copy … from stdin`, in its turn among the statements. */
  copyIn(statement: string, pieces: Iterable<Buffer>): Promise<void>
  /** Gives the connection back to the pool, or closes it when it broke. Once; later calls do nothing. */
  release(): void
  /** Breaks the connection, so that everything in flight on it fails now. */
  destroy(reason: Error): void
}

/** Takes a connection out of the pool. Throws {@link DatabaseUnavailable} when there is none within the pool's deadline. */
export const leaseConnection = async (pool: Pool): Promise<Lease> => {
  const client = await pool.connect().catch((cause: unknown) => {
    if (!isConnectionLoss(cause)) throw cause
    throw new DatabaseUnavailable('no database connection', { cause })
  })
  let lost: unknown
  let failure: unknown
  let released = false
  let tail: Promise<unknown> = Promise.resolve()
  const onError = (error: Error): void => {
    lost ??= error
  }
  client.on('error', onError)

  const execute = async <T>(args: readonly unknown[], run: () => Promise<T>): Promise<T> => {
    if (released && lost === undefined) throw new TransactionMisuse('the connection of this transaction was given back')
    if (lost !== undefined) throw new DatabaseUnavailable('the connection of this transaction is gone', { cause: lost })
    try {
      return await traceStatement(args, run)
    } catch (error) {
      failure = error
      if (isConnectionLoss(error)) lost ??= error
      throw error
    }
  }
  const inTurn = <T>(args: readonly unknown[], run: () => Promise<T>): Promise<T> => {
    const result = tail.then(() => execute(args, run))
    tail = result.catch(() => undefined)
    return result
  }
  const release = (): void => {
    if (released) return
    released = true
    client.release(lost !== undefined)
    client.off('error', onError)
  }
  return {
    client,
    get lost() {
      return lost
    },
    get failure() {
      return failure
    },
    query: (...args) => inTurn(args, () => Reflect.apply(client.query, client, args) as Promise<unknown>),
    copyIn: (statement, pieces) =>
      inTurn([statement], () => pipeline(Readable.from(pieces), client.query(from(statement)))),
    release,
    destroy: (reason) => {
      lost ??= reason
      release()
    },
  }
}
