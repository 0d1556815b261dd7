import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { MOST_FAILURES } from '../login/challenge.ts'
import { findOptionalChallenge } from '../login/challenge-store.ts'
import { passkeysByChallenge } from '../rate-limit/limits.ts'
import { isWithin } from '../rate-limit/rate-limit.ts'
import { relyingParty } from './passkey.ts'
import { mintChallenge } from './passkey-challenge-store.ts'
import { listPasskeys } from './passkey-store.ts'
import { webAuthn } from './web-authn.ts'

const input = z.object({ challengeId: z.uuid({ error: 'This is not a challenge; log in again.' }) })

/** What a browser needs to answer the second step of a login with one of the account's passkeys. */
export const beginPasskeyMfa = async (ctx: Context, raw: unknown): Promise<Result<object>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { challengeId } = parsed.value
  const challenge = await findOptionalChallenge(ctx.db, challengeId)
  if (!challenge || challenge.solvedAt || challenge.expiresAt <= ctx.clock.now())
    return fail('EXPIRED', 'This login has expired. Log in again.')
  if (challenge.failures >= MOST_FAILURES || !(await isWithin(ctx, passkeysByChallenge, challengeId)))
    return fail('LIMIT_EXCEEDED', 'Too many tries. Log in again.')
  const passkeys = await listPasskeys(ctx.db, challenge.userId)
  if (passkeys.length === 0) return fail('NOT_AVAILABLE', 'This account has no passkey.')
  return ok(
    await (await webAuthn()).generateAuthenticationOptions({
      rpID: relyingParty(ctx).id,
      challenge: await mintChallenge(ctx, { purpose: 'FACTOR', loginChallengeId: challengeId }),
      allowCredentials: passkeys.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
      userVerification: 'required',
    }),
  )
}
