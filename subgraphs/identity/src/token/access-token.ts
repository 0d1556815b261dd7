import { scopesOf } from '@gigraph/shared/auth'
import { after } from '@gigraph/shared/time'
import { SignJWT } from 'jose'
import type { Context } from '../context.ts'
import type { User } from '../user/user.ts'
import { ALGORITHM } from './key-ring.ts'

/** Short, because nobody asks whether the session still lives while a token does (hardening 6: at most 10 minutes). */
const ACCESS_TOKEN_LIFETIME = '10m'

/** `typ` of an access token (RFC 9068 §2.1): no other JWT of ours passes for one. */
export const ACCESS_TOKEN_TYPE = 'at+jwt'

export interface AccessToken {
  readonly accessToken: string
  readonly accessTokenExpiresAt: Date
}

const seconds = (instant: Date): number => Math.floor(instant.getTime() / 1_000)

export const issuerOf = ({ config }: Pick<Context, 'config'>): string => config.JWT_ISSUER ?? config.APP_URL

/** Signs a JWT access token (RFC 9068) for the user's session; roles and scopes are those of this moment. */
export const signAccessToken = async (
  ctx: Context,
  user: Pick<User, 'id' | 'roles'>,
  session: { readonly id: string; readonly authenticatedAt: Date },
): Promise<AccessToken> => {
  const { kid, privateKey } = await ctx.keys.signingKey()
  const now = ctx.clock.now()
  const expiresAt = seconds(after(now, ACCESS_TOKEN_LIFETIME))
  const accessToken = await new SignJWT({
    sid: session.id,
    roles: user.roles,
    scope: scopesOf(user.roles).join(' '),
    auth_time: seconds(session.authenticatedAt),
  })
    .setProtectedHeader({ alg: ALGORITHM, typ: ACCESS_TOKEN_TYPE, kid })
    .setIssuer(issuerOf(ctx))
    .setAudience(ctx.config.JWT_AUDIENCE)
    .setSubject(user.id)
    .setIssuedAt(seconds(now))
    .setExpirationTime(expiresAt)
    .setJti(ctx.makeId())
    .sign(privateKey)
  return { accessToken, accessTokenExpiresAt: new Date(expiresAt * 1_000) }
}
