import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'
import type { Context } from '../context.ts'

/** Deletes files whose rows are gone; storage that is away is tried again for hours. */
export const removeFiles = defineJob({
  name: 'remove-files',
  queue: 'profiles.uploads',
  schema: z.object({ keys: z.array(z.string()).max(1_000) }),
  attempts: 14,
})

export const runRemoveFiles = (ctx: Context, { keys }: { readonly keys: readonly string[] }): Promise<void> =>
  ctx.storage.delete(keys)
