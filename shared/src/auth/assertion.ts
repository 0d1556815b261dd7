import { type KeyObject, sign } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Caller } from './viewer.ts'

/** Carries the signed viewer from the gateway to a service. Dropped from every inbound request. */
export const VIEWER_HEADER = 'x-gigraph-viewer'

const ASSERTION_LIFETIME_SECONDS = 60
const TYPE = 'gigraph-viewer+jwt'

const viewerClaims = z.object({
  id: z.string(),
  kind: z.enum(['session', 'api_key']),
  sessionId: z.string(),
  roles: z.array(z.string()),
  scopes: z.array(z.string()),
  authenticatedAt: z.number(),
})

const callerClaims = z.object({ viewer: viewerClaims.nullable(), address: z.string(), userAgent: z.string() })

/** Imports an Ed25519 JWK (private or public) for {@link signAssertion} and {@link verifyAssertion}. */
export const importAssertionKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array)
    throw new Error('the viewer assertion key must be an Ed25519 key pair, not a shared secret')
  return key
}

/** Signs who asks, and from where, for one service; valid for 60 s. */
export const signAssertion = (key: CryptoKey, service: string, caller: Caller): Promise<string> =>
  new SignJWT({ caller })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
    .setIssuer('gateway')
    .setAudience(service)
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_LIFETIME_SECONDS}s`)
    .sign(key)

/**
 * {@link signAssertion} without waiting: for the gateway, which learns only in the middle of an execution which services
 * it has to ask.
 *
 * @param key the Ed25519 private key
 */
export const signAssertionNow = (key: KeyObject, service: string, caller: Caller): string => {
  const iat = Math.floor(Date.now() / 1000)
  const exp = iat + ASSERTION_LIFETIME_SECONDS
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const signed = `${part({ alg: 'EdDSA', typ: TYPE })}.${part({ caller, iss: 'gateway', aud: service, iat, exp })}`
  return `${signed}.${sign(null, Buffer.from(signed), key).toString('base64url')}`
}

/** The caller that the gateway signed for `service`. Throws jose's errors when the assertion is not from the gateway, for another service or expired. */
export const verifyAssertion = async (key: CryptoKey, service: string, token: string): Promise<Caller> => {
  const { payload } = await jwtVerify(token, key, {
    algorithms: ['EdDSA'],
    typ: TYPE,
    issuer: 'gateway',
    audience: service,
    clockTolerance: 5,
  })
  return callerClaims.parse(payload.caller)
}
