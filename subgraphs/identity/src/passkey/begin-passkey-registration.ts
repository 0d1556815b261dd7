import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { requireFreshSession } from '../session/require-session.ts'
import { findUser } from '../user/user-store.ts'
import { ALGORITHMS, MOST_PASSKEYS, relyingParty } from './passkey.ts'
import { mintChallenge } from './passkey-challenge-store.ts'
import { listPasskeys } from './passkey-store.ts'
import { webAuthn } from './web-authn.ts'

/** What a browser needs to make a passkey: one that finds its owner by itself and asks for a PIN, finger or face. */
export const beginPasskeyRegistration = async (ctx: Context): Promise<Result<object>> => {
  const viewer = await requireFreshSession(ctx)
  const user = await findUser(ctx.db, viewer.id)
  const known = await listPasskeys(ctx.db, user.id)
  if (known.length >= MOST_PASSKEYS)
    return fail('LIMIT_EXCEEDED', `You have ${MOST_PASSKEYS} passkeys. Remove one first.`)
  const { id, name } = relyingParty(ctx)
  return ok(
    await (await webAuthn()).generateRegistrationOptions({
      rpID: id,
      rpName: name,
      userID: Uint8Array.from(Buffer.from(user.id)),
      userName: user.email ?? user.handle,
      userDisplayName: user.displayName,
      challenge: await mintChallenge(ctx, { purpose: 'REGISTER', userId: user.id }),
      attestationType: 'none',
      supportedAlgorithmIDs: ALGORITHMS,
      authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
      excludeCredentials: known.map(({ credentialId, transports }) => ({ id: credentialId, transports })),
    }),
  )
}
