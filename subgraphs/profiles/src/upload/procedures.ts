import { transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { attachmentLinks, claimUploads, handOverUploads, releaseUploads } from '@gigraph/shared/uploads'
import type { Context } from '../context.ts'
import { isErased } from '../person/person-store.ts'
import { claimFor } from './claim-uploads.ts'
import { linkOf } from './links.ts'
import { documentById, handOver, remove } from './upload-store.ts'

const { implementProcedure } = bind<Context>()

/** What other services ask this one about files. */
export const uploadProcedures = [
  implementProcedure(claimUploads, (ctx, claim) =>
    claimFor(ctx, { ...claim, uploadIds: [...new Set(claim.uploadIds)] }),
  ),
  implementProcedure(releaseUploads, async (ctx, { uploadIds }) => {
    await transaction(ctx.db, (tx) => remove(ctx, tx, uploadIds))
    return {}
  }),
  implementProcedure(handOverUploads, async (ctx, { uploadIds, ...people }) => {
    // What an erased person owned would never be deleted.
    await transaction(ctx.db, async (tx) => {
      if (!(await isErased(tx, people.toId))) await handOver(tx, uploadIds, people)
    })
    return {}
  }),
  implementProcedure(attachmentLinks, async (ctx, { uploadIds }) => {
    const found = await documentById(ctx, uploadIds)
    const files = uploadIds.flatMap((id) => found.get(id) ?? [])
    return {
      files: await Promise.all(
        files.map(async ({ status, ...file }) => {
          if (status === 'WAITING') throw new Error(`the upload ${file.id} has not arrived`)
          return { ...file, status, url: await linkOf(ctx, { ...file, status }) }
        }),
      ),
    }
  }),
]
