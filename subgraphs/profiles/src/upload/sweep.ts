import { defineJob } from '@gigraph/shared/jobs'
import { after } from '@gigraph/shared/time'
import { inArray, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { removeSent } from './files.ts'

const KEEP = '24h'
const BATCH = 500

/** Deletes uploads that nobody has used within 24 hours. */
export const sweepUploads = defineJob({
  name: 'sweep-uploads',
  queue: 'profiles.uploads',
  schema: z.object({}),
  every: '3600s',
})

export const runSweepUploads = async (ctx: Context): Promise<void> => {
  const oldest = after(ctx.clock.now(), `-${KEEP}` as '24h')
  const due = await ctx.db.select({ id: uploads.id }).from(uploads).where(lt(uploads.createdAt, oldest)).limit(BATCH)
  const ids = due.map(({ id }) => id)
  // The files first: a row that stays is found again, a file without one never.
  await Promise.all(ids.map((id) => removeSent(ctx.config.UPLOAD_DIRECTORY, id)))
  await ctx.db.delete(uploads).where(inArray(uploads.id, ids))
}
