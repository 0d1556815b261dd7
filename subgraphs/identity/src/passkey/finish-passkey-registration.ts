import { isUniqueViolation, transaction } from '@gigraph/shared/database'
import { type Failure, fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { verifyRegistrationResponse } from '@simplewebauthn/server'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { sendAccountNotice } from '../mail/mail-jobs.ts'
import { passwordChecks } from '../rate-limit/limits.ts'
import { requireWithin } from '../rate-limit/rate-limit.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { deviceOf } from '../session/session.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import {
  ALGORITHMS,
  challengeOf,
  MOST_PASSKEYS,
  type Passkey,
  passkeyName,
  registrationResponse,
  relyingParty,
} from './passkey.ts'
import { takeChallenge } from './passkey-challenge-store.ts'
import { countPasskeys, insertPasskey } from './passkey-store.ts'
import { webAuthn } from './web-authn.ts'

const input = z.object({ response: z.unknown(), name: passkeyName.nullish() })
type NewKey = Omit<Passkey, 'id' | 'userId' | 'name' | 'createdAt' | 'lastUsedAt'>

const refused = (): Failure =>
  fail('INVALID_CREDENTIALS', 'This passkey could not be added. Try again.', { field: ['input', 'response'] })

/** Adds the passkey that the browser has made for this user's own challenge, and tells the owner by mail. */
export const finishPasskeyRegistration = async (ctx: Context, raw: unknown): Promise<Result<Passkey>> => {
  const viewer = await requireFreshSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  await requireWithin(ctx, passwordChecks, viewer.id)
  const key = await keyIn(ctx, viewer.id, parsed.value.response)
  if (!key) return refused()
  const name = parsed.value.name ?? deviceOf(ctx.caller.userAgent)
  try {
    return await transaction(ctx.db, async (tx) => {
      // The row's lock keeps two additions at once from passing the limit together.
      const { id: userId } = await findUserForUpdate(tx, viewer.id)
      if ((await countPasskeys(tx, userId)) >= MOST_PASSKEYS)
        return fail('LIMIT_EXCEEDED', `You have ${MOST_PASSKEYS} passkeys. Remove one first.`)
      const passkey = await insertPasskey(tx, { id: ctx.makeId(), userId, name, createdAt: ctx.clock.now(), ...key })
      await ctx.enqueue(tx, sendAccountNotice, { userId, notice: 'PASSKEY_ADDED' })
      return ok(passkey)
    })
  } catch (error) {
    if (isUniqueViolation(error, 'passkeys_credential'))
      return fail('ALREADY_EXISTS', 'This passkey is in use already.', { field: ['input', 'response'] })
    throw error
  }
}

/** The key in an answer to a challenge of this user; null when anything about it is not right. */
const keyIn = async (ctx: Context, userId: string, raw: unknown): Promise<NewKey | null> => {
  const parsed = registrationResponse.safeParse(raw)
  const challenge = parsed.success ? challengeOf(parsed.data.response.clientDataJSON) : null
  if (!parsed.success || !challenge) return null
  const taken = await takeChallenge(ctx.db, challenge, 'REGISTER', ctx.clock.now())
  if (taken?.userId !== userId) return null
  const { id, origins } = relyingParty(ctx)
  try {
    const { registrationInfo: info } = await (await webAuthn()).verifyRegistrationResponse({
      response: { ...parsed.data, clientExtensionResults: {} } as Parameters<
        typeof verifyRegistrationResponse
      >[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: id,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!info) return null
    return {
      credentialId: info.credential.id,
      publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
      counter: info.credential.counter,
      transports: parsed.data.response.transports ?? [],
      backedUp: info.credentialBackedUp,
    }
  } catch (error) {
    // The library says by throwing what is wrong with an answer; it is for the log, not for whoever tried.
    ctx.log.info({ requestId: ctx.requestId, reason: String(error) }, 'a new passkey was refused')
    return null
  }
}
