import type { Transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { releaseUploads } from '@gigraph/shared/uploads'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { detachUnreported } from './attachment-store.ts'

/** Has profiles delete files that no message names any more. Repeatable, so it may be tried until profiles answers. */
export const releaseFiles = defineJob({
  name: 'release-files',
  queue: 'messaging.files',
  schema: z.object({ uploadIds: z.array(z.uuid()) }),
})

export const runReleaseFiles = async (ctx: Context, { uploadIds }: { uploadIds: string[] }): Promise<void> => {
  await ctx.call(releaseUploads, { uploadIds })
}

/** Deletes the files of a deleted message; while a report of it is open they wait for its decision. */
export const releaseAttachments = async (ctx: Context, tx: Transaction, messageId: string): Promise<void> => {
  const uploadIds = await detachUnreported(tx, messageId)
  if (uploadIds.length > 0) await ctx.enqueue(tx, releaseFiles, { uploadIds })
}
