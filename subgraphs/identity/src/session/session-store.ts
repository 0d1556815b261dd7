import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, groupBy } from '@gigraph/shared/graphql'
import { and, desc, eq, gt, inArray, isNull, lt, ne } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { refreshTokens, sessions } from '../tables.ts'
import type { EndReason, Session } from './session.ts'

export type RefreshToken = typeof refreshTokens.$inferSelect

export const insertSession = async (tx: Transaction, session: typeof sessions.$inferInsert): Promise<Session> => {
  const [saved] = await tx.insert(sessions).values(session).returning()
  if (!saved) throw new Error('PostgreSQL returned no row')
  return saved
}

export const findOptionalSession = async (db: Database, id: string): Promise<Session | null> => {
  const [session] = await db.select().from(sessions).where(eq(sessions.id, id))
  return session ?? null
}

export const listSessionsByIds = (db: Database, ids: readonly string[]): Promise<Session[]> =>
  ids.length === 0
    ? Promise.resolve([])
    : db
        .select()
        .from(sessions)
        .where(inArray(sessions.id, [...ids]))

/** Locked until the transaction ends: refreshes of one session happen one after another. */
export const findSessionOfTokenForUpdate = async (
  tx: Transaction,
  tokenHash: string,
): Promise<{ readonly session: Session; readonly token: RefreshToken } | null> => {
  const [known] = await tx
    .select({ sessionId: refreshTokens.sessionId })
    .from(refreshTokens)
    .where(eq(refreshTokens.tokenHash, tokenHash))
  if (!known) return null
  const [session] = await tx.select().from(sessions).where(eq(sessions.id, known.sessionId)).for('update')
  // Read after the lock: another refresh may have used the token meanwhile.
  const [token] = await tx.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash))
  return session && token ? { session, token } : null
}

export const insertRefreshToken = async (
  tx: Transaction,
  token: Pick<RefreshToken, 'tokenHash' | 'sessionId' | 'createdAt'>,
): Promise<void> => {
  await tx.insert(refreshTokens).values(token)
}

export const saveUsed = async (
  tx: Transaction,
  tokenHash: string,
  use: { readonly usedAt: Date; readonly sealedSuccessor: string },
): Promise<void> => {
  await tx.update(refreshTokens).set(use).where(eq(refreshTokens.tokenHash, tokenHash))
}

export const findOptionalRefreshToken = async (db: Database, tokenHash: string): Promise<RefreshToken | null> => {
  const [token] = await db.select().from(refreshTokens).where(eq(refreshTokens.tokenHash, tokenHash))
  return token ?? null
}

export const saveSeen = async (
  tx: Transaction,
  id: string,
  seen: Pick<Session, 'lastSeenAt' | 'expiresAt' | 'address' | 'userAgent'>,
): Promise<void> => {
  await tx.update(sessions).set(seen).where(eq(sessions.id, id))
}

/** Ends a user's living sessions: the named one, or all but `except`. Returns those that this call ended. */
export const endSessionRows = (
  tx: Transaction,
  which: { readonly userId: string; readonly id?: string; readonly except?: string },
  end: { readonly endedAt: Date; readonly endReason: EndReason },
): Promise<Session[]> =>
  tx
    .update(sessions)
    .set(end)
    .where(
      and(
        eq(sessions.userId, which.userId),
        isNull(sessions.endedAt),
        which.id === undefined ? undefined : eq(sessions.id, which.id),
        which.except === undefined ? undefined : ne(sessions.id, which.except),
      ),
    )
    .returning()

/** @throws {ApplicationError} NOT_FOUND when it is not the user's own */
export const findSessionOf = async (db: Database, userId: string, id: string): Promise<Session> => {
  const session = await findOptionalSession(db, id)
  if (session?.userId !== userId) throw notFound('Session')
  return session
}

/** Whether the user ever logged in from that address. */
export const isKnownAddress = async (db: Database, userId: string, address: string): Promise<boolean> =>
  (await db.$count(sessions, and(eq(sessions.userId, userId), eq(sessions.address, address)))) > 0

/** The user agents of earlier logins. */
export const listUserAgents = async (db: Database, userId: string): Promise<string[]> => {
  const found = await db
    .selectDistinct({ userAgent: sessions.userAgent })
    .from(sessions)
    .where(eq(sessions.userId, userId))
  return found.map((row) => row.userAgent)
}

const MOST_SHOWN = 100

/** Living sessions by user, newest first. */
export const sessionsByUser: Batch<Context, string, Session[]> = async (ctx, userIds) => {
  const found = await ctx.db
    .select()
    .from(sessions)
    .where(
      and(inArray(sessions.userId, [...userIds]), isNull(sessions.endedAt), gt(sessions.expiresAt, ctx.clock.now())),
    )
    .orderBy(desc(sessions.createdAt), desc(sessions.id))
    .limit(MOST_SHOWN * userIds.length)
  return groupBy(userIds, found, (session) => session.userId)
}

/** Forgets sessions that ended or ran out before `before`, with their refresh tokens. */
export const removeOldSessions = async (db: Database, before: Date): Promise<void> => {
  await db.delete(sessions).where(lt(sessions.expiresAt, before))
  await db.delete(sessions).where(lt(sessions.endedAt, before))
}
