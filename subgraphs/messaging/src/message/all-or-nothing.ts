import { type Database, type Transaction, transaction } from '@gigraph/shared/database'
import type { Failure, Result } from '@gigraph/shared/errors'

/** Carries a failure out of a transaction, past what it has written. */
class Refused extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super('refused')
    this.failure = failure
  }
}

/** A transaction of which nothing stays when it ends in a failure: for use cases that write before they know all. */
export const allOrNothing = async <T>(
  db: Database,
  run: (tx: Transaction) => Promise<Result<T>>,
): Promise<Result<T>> => {
  try {
    return await transaction(db, async (tx) => {
      const result = await run(tx)
      if (!result.ok) throw new Refused(result)
      return result
    })
  } catch (error) {
    if (error instanceof Refused) return error.failure
    throw error
  }
}
