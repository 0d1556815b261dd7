import type { Database } from '@gigraph/shared/database'
import { after } from '@gigraph/shared/time'
import { and, eq, gt, lte } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { hashToken, mintToken } from '../crypto/secrets.ts'
import { passkeyChallenges } from '../tables.ts'
import { CHALLENGE_LIFETIME } from './passkey.ts'

type PasskeyChallenge = typeof passkeyChallenges.$inferSelect

/** Makes what an authenticator has to sign; only its hash is kept. */
export const mintChallenge = async (
  ctx: Context,
  what: Pick<PasskeyChallenge, 'purpose'> & Partial<Pick<PasskeyChallenge, 'userId' | 'loginChallengeId'>>,
): Promise<Uint8Array<ArrayBuffer>> => {
  const challenge = mintToken()
  await ctx.db.insert(passkeyChallenges).values({
    challengeHash: hashToken(challenge),
    ...what,
    expiresAt: after(ctx.clock.now(), CHALLENGE_LIFETIME),
  })
  return Uint8Array.from(Buffer.from(challenge, 'base64url'))
}

/** Uses a challenge up, whatever becomes of its answer; null when it is unknown, answered, too old, or for something else. */
export const takeChallenge = async (
  db: Database,
  challenge: string,
  purpose: PasskeyChallenge['purpose'],
  at: Date,
): Promise<PasskeyChallenge | null> => {
  const [taken] = await db
    .delete(passkeyChallenges)
    .where(
      and(
        eq(passkeyChallenges.challengeHash, hashToken(challenge)),
        eq(passkeyChallenges.purpose, purpose),
        gt(passkeyChallenges.expiresAt, at),
      ),
    )
    .returning()
  return taken ?? null
}

export const removeOldPasskeyChallenges = async (db: Database, at: Date): Promise<void> => {
  await db.delete(passkeyChallenges).where(lte(passkeyChallenges.expiresAt, at))
}
