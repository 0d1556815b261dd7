import { type CryptoKey, importJWK, type JWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Viewer } from './viewer.ts'

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

/** Imports an Ed25519 JWK (private or public) for {@link signAssertion} and {@link verifyAssertion}. */
export const importAssertionKey = async (jwk: JWK): Promise<CryptoKey> => {
  const key = await importJWK(jwk, 'EdDSA')
  if (key instanceof Uint8Array)
    throw new Error('the viewer assertion key must be an Ed25519 key pair, not a shared secret')
  return key
}

/** Signs who asks (`null`: nobody is logged in) for one service; valid for 60 s. */
export const signAssertion = (key: CryptoKey, service: string, viewer: Viewer | null): Promise<string> =>
  new SignJWT({ viewer })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE })
    .setIssuer('gateway')
    .setAudience(service)
    .setIssuedAt()
    .setExpirationTime(`${ASSERTION_LIFETIME_SECONDS}s`)
    .sign(key)

/** The viewer that the gateway signed for `service`. Throws jose's errors when the assertion is not from the gateway, for another service or expired. */
export const verifyAssertion = async (key: CryptoKey, service: string, token: string): Promise<Viewer | null> => {
  const { payload } = await jwtVerify(token, key, {
    algorithms: ['EdDSA'],
    typ: TYPE,
    issuer: 'gateway',
    audience: service,
    clockTolerance: 5,
  })
  return z.object({ viewer: viewerClaims.nullable() }).parse(payload).viewer
}
