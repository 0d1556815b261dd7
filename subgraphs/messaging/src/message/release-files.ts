import type { Transaction } from '@gigraph/shared/database'
import { releaseFilesJob } from '@gigraph/shared/uploads'
import type { Context } from '../context.ts'
import { detachUnreported } from './attachment-store.ts'

export const releaseFiles = releaseFilesJob('messaging.files')

/** Deletes the files of a deleted message; while a report of it is open they wait for its decision. */
export const releaseAttachments = async (ctx: Context, tx: Transaction, messageId: string): Promise<void> => {
  const uploadIds = await detachUnreported(tx, messageId)
  if (uploadIds.length > 0) await ctx.enqueue(tx, releaseFiles, { uploadIds })
}
