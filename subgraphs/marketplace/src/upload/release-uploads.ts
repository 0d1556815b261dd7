import type { Transaction } from '@gigraph/shared/database'
import { releaseFilesJob } from '@gigraph/shared/uploads'
import type { Context } from '../context.ts'

export const releaseFiles = releaseFilesJob('marketplace.files')

/** Orders the release of files with the transaction that takes their names away. */
export const orderRelease = async (ctx: Context, tx: Transaction, uploadIds: readonly string[]): Promise<void> => {
  if (uploadIds.length > 0) await ctx.enqueue(tx, releaseFiles, { uploadIds: [...uploadIds] })
}
