import type { Database, Transaction } from '@gigraph/shared/database'
import { after, type Duration } from '@gigraph/shared/time'
import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { mailTokens } from '../tables.ts'

export type MailToken = typeof mailTokens.$inferSelect
export type Purpose = MailToken['purpose']

/** How long a link works. */
const linkLifetimes: Readonly<Record<Purpose, Duration>> = {
  VERIFY_EMAIL: '24h',
  RESET_PASSWORD: '30m',
  CHANGE_EMAIL: '1h',
  ACCEPT_INVITATION: '7d',
}

/** The page of the client that a link opens, below APP_URL: never what a request's Host header says. */
const pages: Readonly<Record<Purpose, string>> = {
  VERIFY_EMAIL: '/verify-email',
  RESET_PASSWORD: '/reset-password',
  CHANGE_EMAIL: '/confirm-email',
  ACCEPT_INVITATION: '/accept-invitation',
}

/** Makes the link of a mail: the token stands in the mail only, its hash in the database. */
export const mintLink = async (
  ctx: Context,
  { userId, purpose, email }: { readonly userId: string; readonly purpose: Purpose; readonly email: string },
): Promise<string> => {
  const token = mintToken()
  const now = ctx.clock.now()
  await ctx.db.insert(mailTokens).values({
    tokenHash: hashToken(token),
    userId,
    purpose,
    email,
    createdAt: now,
    expiresAt: after(now, linkLifetimes[purpose]),
  })
  const url = new URL(ctx.config.APP_URL)
  url.pathname = `${url.pathname.replace(/\/$/, '')}${pages[purpose]}`
  url.searchParams.set('token', token)
  return url.href
}

const isGood = (token: string, purpose: Purpose, at: Date) =>
  and(
    eq(mailTokens.tokenHash, hashToken(token)),
    eq(mailTokens.purpose, purpose),
    isNull(mailTokens.usedAt),
    gt(mailTokens.expiresAt, at),
  )

/** What a link stands for, without using it; null when it is unknown, used or too old. */
export const findOptionalToken = async (db: Database, token: string, purpose: Purpose, at: Date) => {
  const [found] = await db
    .select()
    .from(mailTokens)
    .where(isGood(token, purpose, at))
  return found ?? null
}

/** Uses a link up: of any number at once one gets it, the others null. */
export const useToken = async (
  tx: Transaction,
  token: string,
  purpose: Purpose,
  at: Date,
): Promise<MailToken | null> => {
  const [used] = await tx
    .update(mailTokens)
    .set({ usedAt: at })
    .where(isGood(token, purpose, at))
    .returning()
  return used ?? null
}

/** Makes all links of a kind that a user still has useless. */
export const voidTokens = async (tx: Transaction, userId: string, purpose: Purpose, at: Date): Promise<void> => {
  await tx
    .update(mailTokens)
    .set({ usedAt: at })
    .where(and(eq(mailTokens.userId, userId), eq(mailTokens.purpose, purpose), isNull(mailTokens.usedAt)))
}
