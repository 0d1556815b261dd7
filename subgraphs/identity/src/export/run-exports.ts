import { Readable } from 'node:stream'
import { transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { dataExportMail } from '../mail/templates.ts'
import { findOptionalUser } from '../user/user-store.ts'
import { archiveOf } from './archive.ts'
import {
  findOptionalDataExport,
  listOverDataExports,
  listStuckDataExports,
  updateDataExport,
} from './data-export-store.ts'
import { collectDataExport, sendDataExportMail, sweepDataExports } from './export-jobs.ts'

/** How long the link works and the archive is kept. */
const LIFETIME = '7d'
/** Longer than all tries of the job take together. */
const STUCK = '30m'
/** A service that is away for longer needs people, and the person may ask again. */
const PATIENCE = '3d'
const BATCH = 50

const { implementJob } = bind<Context>()

/** Where an archive lies in storage. */
export const keyOf = ({ id }: { readonly id: string }): string => `exports/${id}.zip`

export const exportJobs = [
  implementJob(collectDataExport, async (ctx, { dataExportId }) => {
    const found = await findOptionalDataExport(ctx.db, dataExportId)
    if (found?.status !== 'PENDING') return
    const key = keyOf(found)
    await ctx.storage.put(key, Readable.from(archiveOf(ctx, found.userId)), { contentType: 'application/zip' })
    const stored = await ctx.storage.find(key)
    const readyAt = ctx.clock.now()
    const done = await transaction(ctx.db, async (tx) => {
      const change = {
        status: 'READY',
        readyAt,
        expiresAt: after(readyAt, LIFETIME),
        byteSize: stored?.byteSize ?? 0,
      } as const
      const ready = await updateDataExport(tx, found, change)
      if (ready) await ctx.enqueue(tx, sendDataExportMail, { dataExportId })
      return ready
    })
    // The account was deleted meanwhile, or another worker was faster and has written the same archive to the same place.
    if (!done && (await findOptionalDataExport(ctx.db, dataExportId))?.status !== 'READY')
      await ctx.storage.delete([key])
  }),

  implementJob(sendDataExportMail, async (ctx, { dataExportId }) => {
    const found = await findOptionalDataExport(ctx.db, dataExportId)
    const user = found && (await findOptionalUser(ctx.db, found.userId))
    if (found?.status !== 'READY' || !user?.email) return
    const token = mintToken()
    await updateDataExport(ctx.db, found, { tokenHash: hashToken(token) })
    const url = new URL(`/exports/${token}`, ctx.config.PUBLIC_URL).href
    await ctx.mailer.send({ to: user.email, ...dataExportMail(user, url), messageId: ctx.makeId() })
  }),

  implementJob(sweepDataExports, async (ctx) => {
    const now = ctx.clock.now()
    for (const over of await listOverDataExports(ctx.db, now, BATCH)) {
      await ctx.storage.delete([keyOf(over)])
      await updateDataExport(ctx.db, over, { status: 'EXPIRED', tokenHash: null })
    }
    for (const stuck of await listStuckDataExports(ctx.db, after(now, `-${STUCK}`), BATCH))
      await transaction(ctx.db, async (tx) => {
        const isHopeless = after(stuck.requestedAt, PATIENCE) <= now
        const kept = await updateDataExport(tx, stuck, isHopeless ? { status: 'FAILED' } : { begunAt: now })
        if (kept?.status === 'PENDING') await ctx.enqueue(tx, collectDataExport, { dataExportId: stuck.id })
      })
  }),
]
