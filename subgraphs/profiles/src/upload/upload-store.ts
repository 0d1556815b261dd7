import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { type UploadPurpose, uploadPurposes } from '@gigraph/shared/uploads'
import { and, asc, count, eq, gt, inArray, isNull, lt, ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { uploads } from '../tables.ts'
import { purposeRules } from './purpose.ts'
import { removeFiles } from './remove-files.ts'
import { keysOf, type Upload } from './upload.ts'

const publicPurposes = uploadPurposes.filter((purpose) => purposeRules[purpose].cut !== null)

/** Public pictures by id, once their bytes have arrived; private files are none. */
export const imageById: Batch<Context, string, Upload> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select()
      .from(uploads)
      .where(
        and(
          inArray(uploads.id, ids.filter(isId)),
          inArray(uploads.purpose, publicPurposes),
          ne(uploads.status, 'WAITING'),
        ),
      ),
    (upload) => upload.id,
  )

/** Private files by id, once their bytes have arrived. Whoever shows them has authorized that. */
export const documentById: Batch<Context, string, Upload> = async (ctx, ids) => {
  const found = await listByIds(ctx.db, ids)
  return indexBy(
    found.filter(({ purpose, status }) => purposeRules[purpose].cut === null && status !== 'WAITING'),
    (upload) => upload.id,
  )
}

export const listByIds = (db: Database, ids: readonly string[]): Promise<Upload[]> =>
  db
    .select()
    .from(uploads)
    .where(inArray(uploads.id, ids.filter(isId)))

/** Locked until the end of the transaction, in the order of their ids, so that two claims never wait for each other. */
export const listForUpdate = (tx: Transaction, ids: readonly string[]): Promise<Upload[]> =>
  tx
    .select()
    .from(uploads)
    .where(inArray(uploads.id, ids.filter(isId)))
    .orderBy(asc(uploads.id))
    .for('update')

/** How many uploads somebody began since an instant; others of theirs wait until the transaction ends. */
export const countSince = async (tx: Transaction, userId: string, since: Date): Promise<number> => {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${userId}, 7))`)
  const [found] = await tx
    .select({ count: count() })
    .from(uploads)
    .where(and(eq(uploads.userId, userId), gt(uploads.createdAt, since)))
  return found?.count ?? 0
}

/** Some uploads that nobody claimed, begun before an instant. */
export const listUnclaimed = (tx: Transaction, before: Date, limit: number): Promise<{ id: string }[]> =>
  tx
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(isNull(uploads.claimedAt), lt(uploads.createdAt, before)))
    .orderBy(asc(uploads.createdAt))
    .limit(limit)

/** What has been processed since before an instant: its job was lost. */
export const listStuck = (db: Database, before: Date, limit: number): Promise<{ id: string }[]> =>
  db
    .select({ id: uploads.id })
    .from(uploads)
    .where(and(eq(uploads.status, 'PROCESSING'), lt(uploads.sentAt, before)))
    .limit(limit)

/** Deletes uploads; their files follow by a job, which is certain once the transaction is. */
export const remove = async (ctx: Context, tx: Transaction, ids: readonly string[]): Promise<void> => {
  if (ids.length === 0) return
  await forget(
    ctx,
    tx,
    await tx
      .delete(uploads)
      .where(inArray(uploads.id, ids.filter(isId)))
      .returning(),
  )
}

/** Makes somebody the owner of what another person uploaded. */
export const handOver = async (
  tx: Transaction,
  ids: readonly string[],
  { fromId, toId }: { readonly fromId: string; readonly toId: string },
): Promise<void> => {
  await tx
    .update(uploads)
    .set({ userId: toId })
    .where(and(inArray(uploads.id, ids.filter(isId)), eq(uploads.userId, fromId)))
}

/** Deletes all uploads of somebody's. */
export const removeOf = async (ctx: Context, tx: Transaction, userId: string): Promise<void> =>
  forget(ctx, tx, await tx.delete(uploads).where(eq(uploads.userId, userId)).returning())

const FILES_PER_JOB = 200

const forget = async (
  ctx: Context,
  tx: Transaction,
  gone: readonly { readonly id: string; readonly purpose: UploadPurpose }[],
): Promise<void> => {
  const keys = gone.flatMap(keysOf)
  for (let start = 0; start < keys.length; start += FILES_PER_JOB)
    await ctx.enqueue(tx, removeFiles, { keys: keys.slice(start, start + FILES_PER_JOB) })
}
