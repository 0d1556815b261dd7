import type { Transaction } from '@gigraph/shared/database'
import { defineJob } from '@gigraph/shared/jobs'
import { releaseUploads } from '@gigraph/shared/uploads'
import { z } from 'zod'
import type { Context } from '../context.ts'

/** Tells profiles that nothing here names these files any more. Repeatable, so it may be tried until profiles answers. */
export const releaseFiles = defineJob({
  name: 'release-files',
  queue: 'marketplace.files',
  schema: z.object({ uploadIds: z.array(z.uuid()) }),
})

export const runReleaseFiles = async (ctx: Context, { uploadIds }: { uploadIds: string[] }): Promise<void> => {
  await ctx.call(releaseUploads, { uploadIds })
}

/** Orders the release of files with the transaction that takes their names away. */
export const orderRelease = async (ctx: Context, tx: Transaction, uploadIds: readonly string[]): Promise<void> => {
  if (uploadIds.length > 0) await ctx.enqueue(tx, releaseFiles, { uploadIds: [...uploadIds] })
}
