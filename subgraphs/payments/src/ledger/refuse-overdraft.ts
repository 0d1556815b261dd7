import { fail, type Result } from '@gigraph/shared/errors'
import { Overdraft } from './post.ts'

/** An overdraft as an expected outcome; the transaction within is rolled back. */
export const refuseOverdraft = async <T>(
  message: string,
  run: () => Promise<Result<T>>,
  more: { readonly field?: readonly string[] } = {},
): Promise<Result<T>> => {
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Overdraft)) throw error
    return fail('INSUFFICIENT_FUNDS', message, more)
  }
}
