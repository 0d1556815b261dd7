import { ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import { relyingParty } from './passkey.ts'
import { mintChallenge } from './passkey-challenge-store.ts'
import { webAuthn } from './web-authn.ts'

/** What a browser needs to log in with a passkey: no key is named, so it tells nobody whether an account exists. */
export const beginPasskeyLogin = async (ctx: Context): Promise<Result<object>> => {
  await requireCalm(ctx, tokensByAddress)
  return ok(
    await (await webAuthn()).generateAuthenticationOptions({
      rpID: relyingParty(ctx).id,
      challenge: await mintChallenge(ctx, { purpose: 'LOGIN' }),
      userVerification: 'required',
    }),
  )
}
