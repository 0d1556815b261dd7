import type { Transaction } from '@gigraph/shared/database'
import type { verifyAuthenticationResponse } from '@simplewebauthn/server'
import type { Context } from '../context.ts'
import type { User } from '../user/user.ts'
import { findUserForUpdate } from '../user/user-store.ts'
import { authenticationResponse, challengeOf, type Passkey, relyingParty } from './passkey.ts'
import { takeChallenge } from './passkey-challenge-store.ts'
import { findOptionalPasskey, updatePasskey } from './passkey-store.ts'
import { webAuthn } from './web-authn.ts'

/** What the answer is for: a login of its own, or the second factor of one. */
type Purpose =
  | { readonly purpose: 'LOGIN' }
  | { readonly purpose: 'FACTOR'; readonly loginChallengeId: string; readonly userId: string }

/**
 * The user whose passkey has signed a challenge of ours, locked until the transaction ends; null when anything about the answer is
 * not right: challenge, origin, domain, signature, user verification, or a counter that went back (a copied key). The challenge is used
 * up by it either way.
 */
export const verifyAssertion = async (
  ctx: Context,
  tx: Transaction,
  raw: unknown,
  purpose: Purpose,
): Promise<User | null> => {
  const parsed = authenticationResponse.safeParse(raw)
  const challenge = parsed.success ? challengeOf(parsed.data.response.clientDataJSON) : null
  if (!parsed.success || !challenge) return null
  const taken = await takeChallenge(tx, challenge, purpose.purpose, ctx.clock.now())
  if (!taken || (purpose.purpose === 'FACTOR' && taken.loginChallengeId !== purpose.loginChallengeId)) return null
  const found = await findOptionalPasskey(tx, parsed.data.id)
  if (!found || (purpose.purpose === 'FACTOR' && found.userId !== purpose.userId)) return null
  if (!isOwnersHandle(parsed.data.response.userHandle ?? null, found, purpose)) return null
  const user = await findUserForUpdate(tx, found.userId)
  // Read after the lock: it may have been removed, or used, meanwhile.
  const passkey = await findOptionalPasskey(tx, parsed.data.id)
  return passkey && (await isSignedBy(ctx, tx, passkey, parsed.data, challenge)) ? user : null
}

/** A login says who it is by the handle that the passkey holds; a second factor may leave it out. */
const isOwnersHandle = (handle: string | null, { userId }: Passkey, { purpose }: Purpose): boolean =>
  handle === null ? purpose === 'FACTOR' : Buffer.from(handle, 'base64url').toString('utf8') === userId

const isSignedBy = async (
  ctx: Context,
  tx: Transaction,
  passkey: Passkey,
  response: { readonly response: { readonly userHandle?: string | null | undefined } },
  challenge: string,
): Promise<boolean> => {
  const { id, origins } = relyingParty(ctx)
  const { credentialId, publicKey, counter, transports } = passkey
  try {
    const { verified, authenticationInfo: info } = await (await webAuthn()).verifyAuthenticationResponse({
      response: { ...response, clientExtensionResults: {} } as Parameters<
        typeof verifyAuthenticationResponse
      >[0]['response'],
      expectedChallenge: challenge,
      expectedOrigin: origins,
      expectedRPID: id,
      credential: {
        id: credentialId,
        publicKey: Uint8Array.from(Buffer.from(publicKey, 'base64url')),
        counter,
        transports,
      },
      requireUserVerification: true,
    })
    if (!verified) return false
    const change = { counter: info.newCounter, backedUp: info.credentialBackedUp, lastUsedAt: ctx.clock.now() }
    await updatePasskey(tx, passkey, change)
    return true
  } catch (error) {
    // The library says by throwing what is wrong with an answer; it is for the log, not for whoever tried.
    ctx.log.info({ requestId: ctx.requestId, reason: String(error) }, 'an answer of a passkey was refused')
    return false
  }
}
