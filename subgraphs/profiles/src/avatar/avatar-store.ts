import type { Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { avatars, uploads } from '../tables.ts'
import type { Upload } from '../upload/upload.ts'
import { remove } from '../upload/upload-store.ts'

/** The pictures beside these people's names, by user id. */
export const avatarByUserId: Batch<Context, string, Upload> = async (ctx, userIds) => {
  const found = await ctx.db
    .select({ userId: avatars.userId, image: uploads })
    .from(avatars)
    .innerJoin(uploads, eq(uploads.id, avatars.imageId))
    .where(inArray(avatars.userId, userIds.filter(isId)))
  return new Map([...indexBy(found, ({ userId }) => userId)].map(([userId, { image }]) => [userId, image]))
}

/** Somebody's avatar, locked until the end of the transaction. */
export const findOptionalForUpdate = async (tx: Transaction, userId: string) => {
  const [found] = await tx.select().from(avatars).where(eq(avatars.userId, userId)).for('update')
  return found
}

export const save = async (tx: Transaction, avatar: typeof avatars.$inferInsert): Promise<void> => {
  await tx.insert(avatars).values(avatar).onConflictDoUpdate({ target: avatars.userId, set: avatar })
}

/** A picture that was waited for is ready: it takes the place of the one before. */
export const promoteAvatar = async (ctx: Context, tx: Transaction, { id, userId }: Upload): Promise<void> => {
  const before = await findOptionalForUpdate(tx, userId)
  if (before?.nextImageId !== id) return
  await save(tx, { userId, imageId: id, nextImageId: null })
  if (before.imageId) await remove(ctx, tx, [before.imageId])
}

/** A picture that was waited for is none: the one before stays, and the upload is left to the sweeper. */
export const dropNextAvatar = async (tx: Transaction, { id, userId }: Upload): Promise<void> => {
  await tx
    .update(avatars)
    .set({ nextImageId: null })
    .where(and(eq(avatars.userId, userId), eq(avatars.nextImageId, id)))
  await tx.update(uploads).set({ claimedAt: null }).where(eq(uploads.id, id))
}
