import { type Role, roles } from '@gigraph/shared/auth'
import { createLocalJWKSet, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from 'jose'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tokensByAddress } from '../rate-limit/limits.ts'
import { requireCalm } from '../rate-limit/rate-limit.ts'
import { listDeadSessions } from '../session/list-dead-sessions.ts'
import { ACCESS_TOKEN_TYPE, issuerOf } from './access-token.ts'
import { ALGORITHM } from './key-ring.ts'

type Fault = 'INVALID' | 'EXPIRED' | 'SESSION_ENDED'

export interface AccessTokenVerification {
  readonly valid: boolean
  readonly fault: Fault | null
  readonly userId: string | null
  readonly sessionId: string | null
  readonly roles: Role[]
  readonly scopes: string[]
  readonly expiresAt: Date | null
}

const claims = z.object({
  sub: z.uuid(),
  sid: z.uuid(),
  exp: z.number(),
  roles: z.array(z.enum(roles)),
  scope: z.string(),
})

const bad = (fault: Fault): AccessTokenVerification => ({
  valid: false,
  fault,
  userId: null,
  sessionId: null,
  roles: [],
  scopes: [],
  expiresAt: null,
})

/** Checks an access token as the gateway does (RFC 8725: one algorithm, our own keys only), and that its session still lives. */
export const verifyAccessToken = async (ctx: Context, token: string): Promise<AccessTokenVerification> => {
  await requireCalm(ctx, tokensByAddress)
  const payload = await payloadOf(ctx, token)
  if (typeof payload === 'string') return bad(payload)
  const { sub, sid, exp, roles, scope } = claims.parse(payload)
  if ((await listDeadSessions(ctx, [sid])).length > 0) return bad('SESSION_ENDED')
  return {
    valid: true,
    fault: null,
    userId: sub,
    sessionId: sid,
    roles,
    scopes: scope.split(' ').filter(Boolean),
    expiresAt: new Date(exp * 1_000),
  }
}

const payloadOf = async (ctx: Context, token: string): Promise<JWTPayload | Fault> => {
  const keys = createLocalJWKSet((await ctx.keys.publicKeys()) as JSONWebKeySet)
  try {
    const { payload } = await jwtVerify(token, keys, {
      algorithms: [ALGORITHM],
      typ: ACCESS_TOKEN_TYPE,
      issuer: issuerOf(ctx),
      audience: ctx.config.JWT_AUDIENCE,
      requiredClaims: ['sub', 'sid', 'exp', 'iat'],
      currentDate: ctx.clock.now(),
    })
    return payload
  } catch (error) {
    if (error instanceof errors.JWTExpired) return 'EXPIRED'
    if (error instanceof errors.JWTClaimValidationFailed && error.claim === 'nbf') return 'EXPIRED'
    if (error instanceof errors.JOSEError) return 'INVALID'
    throw error
  }
}
