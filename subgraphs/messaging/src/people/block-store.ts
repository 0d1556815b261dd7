import type { Database, Transaction } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { and, desc, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { blocks } from './tables.ts'

/** Whether one of these people has blocked another of them. */
export const isBlockBetween = async (db: Database | Transaction, userIds: readonly string[]): Promise<boolean> => {
  const found = await db
    .select({ blockerId: blocks.blockerId })
    .from(blocks)
    .where(and(inArray(blocks.blockerId, [...userIds]), inArray(blocks.blockedId, [...userIds])))
    .limit(1)
  return found.length > 0
}

/** Answers whether it is new. */
export const insertBlock = async (tx: Transaction, block: typeof blocks.$inferInsert): Promise<boolean> => {
  const inserted = await tx.insert(blocks).values(block).onConflictDoNothing().returning()
  return inserted.length > 0
}

export const deleteBlock = async (tx: Transaction, blockerId: string, blockedId: string): Promise<void> => {
  await tx.delete(blocks).where(and(eq(blocks.blockerId, blockerId), eq(blocks.blockedId, blockedId)))
}

/** Whom somebody has blocked, the last first. */
export const listBlocked = async (db: Database, blockerId: string, limit: number): Promise<string[]> => {
  const found = await db
    .select({ blockedId: blocks.blockedId })
    .from(blocks)
    .where(eq(blocks.blockerId, blockerId))
    .orderBy(desc(blocks.createdAt), desc(blocks.blockedId))
    .limit(limit)
  return found.map(({ blockedId }) => blockedId)
}

/** Those of these people who have blocked the viewer. */
export const blockersOfViewer: Batch<Context, string, string> = async ({ db, viewer }, ids) =>
  viewer
    ? indexBy(
        (
          await db
            .select({ id: blocks.blockerId })
            .from(blocks)
            .where(and(eq(blocks.blockedId, viewer.id), inArray(blocks.blockerId, [...ids])))
        ).map(({ id }) => id),
        (id) => id,
      )
    : new Map()

/** Those of these people whom the viewer has blocked. */
export const blockedByViewer: Batch<Context, string, string> = async ({ db, viewer }, ids) =>
  viewer
    ? indexBy(
        (
          await db
            .select({ id: blocks.blockedId })
            .from(blocks)
            .where(and(eq(blocks.blockerId, viewer.id), inArray(blocks.blockedId, [...ids])))
        ).map(({ id }) => id),
        (id) => id,
      )
    : new Map()

/** Those of these pairs in which the one who is told has blocked the one who acts. */
export const listBlockedPairs = (
  tx: Transaction,
  userIds: readonly string[],
  fromIds: readonly string[],
): Promise<Pick<typeof blocks.$inferSelect, 'blockerId' | 'blockedId'>[]> =>
  tx
    .select({ blockerId: blocks.blockerId, blockedId: blocks.blockedId })
    .from(blocks)
    .where(and(inArray(blocks.blockerId, [...userIds]), inArray(blocks.blockedId, [...fromIds])))
