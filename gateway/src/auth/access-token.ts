import { createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { z } from 'zod'
import { type Authentication, AuthenticationUnavailable, CredentialsRefused } from './authentication.ts'

/** How access tokens (RFC 9068) are verified. */
export interface AccessTokenOptions {
  /** Where the issuer publishes its public keys, or a function that finds the key for a token's header. */
  readonly jwks: URL | string | JWTVerifyGetKey
  readonly issuer: string
  readonly audience: string
  /** Signature algorithms that are accepted. Default: EdDSA and ES256; never symmetric ones (RFC 8725 §3.1). */
  readonly algorithms?: readonly string[]
  /** How many verified tokens are remembered. Default 10,000. */
  readonly cacheSize?: number
}

const ALGORITHMS = ['EdDSA', 'ES256']
const CLOCK_TOLERANCE_SECONDS = 5

/**
 * Keys are fetched again after 5 minutes and a verified token is trusted for at most 5 minutes: together, a key that the
 * issuer removed is dead after 10.
 */
const KEYS_MAX_AGE_MS = 300_000
const VERIFIED_MAX_AGE_MS = 300_000

/** An unknown key id makes the keys be fetched again, but not more often than this, however many ids are made up. */
const KEYS_COOLDOWN_MS = 30_000

const claims = z.object({
  sub: z.string().min(1).max(200),
  sid: z.string().min(1).max(200),
  iat: z.number(),
  exp: z.number(),
  roles: z.array(z.string()).default([]),
  scope: z.string().default(''),
  auth_time: z.number().optional(),
})

/** The token's own fault: it names a key that the issuer does not have. Anything else on the way to the keys is an outage. */
const isForeignKey = (error: unknown): boolean =>
  error instanceof errors.JWKSNoMatchingKey ||
  error instanceof errors.JWKSMultipleMatchingKeys ||
  error instanceof errors.JOSENotSupported

const keysOf = (jwks: AccessTokenOptions['jwks']): JWTVerifyGetKey => {
  const find =
    typeof jwks === 'function'
      ? jwks
      : createRemoteJWKSet(new URL(jwks), {
          cacheMaxAge: KEYS_MAX_AGE_MS,
          cooldownDuration: KEYS_COOLDOWN_MS,
          timeoutDuration: 3_000,
        })
  return async (header, token) => {
    try {
      return await find(header, token)
    } catch (error) {
      if (isForeignKey(error)) throw error
      throw new AuthenticationUnavailable("The issuer's keys are out of reach.", { cause: error })
    }
  }
}

/** Verifies access tokens and remembers those that passed until they end. */
export interface AccessTokenVerifier {
  /**
   * @throws {CredentialsRefused} bad signature, wrong issuer, audience, type or times
   * @throws {AuthenticationUnavailable} the issuer's keys are out of reach
   */
  verify(token: string): Promise<Authentication>
}

export const createAccessTokenVerifier = (options: AccessTokenOptions): AccessTokenVerifier => {
  const keys = keysOf(options.jwks)
  const algorithms = [...(options.algorithms ?? ALGORITHMS)]
  const verified = new LRUCache<string, Authentication>({ max: options.cacheSize ?? 10_000, ttl: VERIFIED_MAX_AGE_MS })

  const check = async (token: string): Promise<Authentication> => {
    const { payload } = await jwtVerify(token, keys, {
      algorithms,
      issuer: options.issuer,
      audience: options.audience,
      typ: 'at+jwt',
      requiredClaims: ['sub', 'sid', 'iat', 'exp'],
      clockTolerance: CLOCK_TOLERANCE_SECONDS,
    })
    const { sub, sid, iat, exp, roles, scope, auth_time } = claims.parse(payload)
    return {
      viewer: {
        id: sub,
        kind: 'session',
        sessionId: sid,
        roles,
        scopes: scope.split(' ').filter(Boolean),
        authenticatedAt: auth_time ?? iat,
      },
      key: token,
      expiresAtMs: exp * 1000,
      issuedAtMs: iat * 1000,
    }
  }

  return {
    async verify(token) {
      const known = verified.get(token)
      if (known && known.expiresAtMs! > Date.now()) return known
      try {
        const authentication = await check(token)
        const ttl = Math.min(VERIFIED_MAX_AGE_MS, authentication.expiresAtMs! - Date.now())
        if (ttl > 0) verified.set(token, authentication, { ttl })
        return authentication
      } catch (error) {
        if (error instanceof AuthenticationUnavailable) throw error
        const expired = error instanceof errors.JWTExpired
        throw new CredentialsRefused(expired ? 'The access token has expired.' : 'The access token is not valid.')
      }
    },
  }
}
