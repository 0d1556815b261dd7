import { transaction } from '@gigraph/shared/database'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { type DataExport, findNewestDataExport, insertDataExport } from './data-export-store.ts'
import { collectDataExport } from './export-jobs.ts'

/** An archive costs every service something; what has changed since yesterday is little. */
const PAUSE = '24h'

/** Begins an export of the viewer's data. A thief's access token alone is not enough: the login has to be recent. */
export const exportMyData = async (ctx: Context): Promise<Result<DataExport>> => {
  const viewer = await requireFreshSession(ctx)
  return transaction(ctx.db, async (tx) => {
    await findUserForUpdate(tx, viewer.id)
    const now = ctx.clock.now()
    const newest = await findNewestDataExport(tx, viewer.id)
    if (newest && newest.status !== 'FAILED' && after(newest.requestedAt, PAUSE) > now)
      return fail('LIMIT_EXCEEDED', 'You have asked for your data in the last 24 hours; the link is in your mail.')
    const begun = await insertDataExport(tx, {
      id: ctx.makeId(),
      userId: viewer.id,
      status: 'PENDING',
      requestedAt: now,
      begunAt: now,
    })
    await ctx.enqueue(tx, collectDataExport, { dataExportId: begun.id })
    return ok(begun)
  })
}
