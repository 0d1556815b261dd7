import { createPrivateKey, createPublicKey, hkdfSync, type KeyObject } from 'node:crypto'
import { calculateJwkThumbprint, exportJWK, jwtVerify, SignJWT } from 'jose'
import { z } from 'zod'
import type { Context } from '../context.ts'

const ISSUER = 'gigraph'
const TYPE = 'gigraph-tool-grant+jwt'
/** How long a client may call the creator's API with one grant. */
export const GRANT_LIFETIME = '15m'

/** PKCS #8 of an Ed25519 private key up to its 32 secret bytes (RFC 8410, section 7). */
const PKCS8_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex')

/**
 * The key that signs grants: derived from the installation's secret, so that every process has the same one without another
 * variable to configure, and different from every other use of that secret (RFC 5869).
 */
const privateKeyOf = (secret: string): KeyObject => {
  const seed = Buffer.from(hkdfSync('sha256', secret, '', 'gigraph tool grants v1', 32))
  return createPrivateKey({ key: Buffer.concat([PKCS8_PREFIX, seed]), format: 'der', type: 'pkcs8' })
}

const publicJwk = async (secret: string) => {
  const jwk = await exportJWK(createPublicKey(privateKeyOf(secret)))
  return { ...jwk, kid: await calculateJwkThumbprint(jwk), alg: 'EdDSA', use: 'sig' }
}

/** The key set against which creators' APIs verify grants (RFC 7517). */
export const grantKeySet = async ({ config }: Context) => ({ keys: [await publicJwk(config.SERVICE_SECRET)] })

interface Grant {
  readonly usageId: string
  readonly toolId: string
  readonly userId: string
  /** Of what the tool is to work on; null when the client named nothing. */
  readonly inputHash: string | null
  readonly expiresAt: Date
}

/**
 * A token with which a client shows the creator's API that the use is paid. Its audience is the tool; `input_sha256` is the hash of
 * the input that was paid for, in base64url, against which the API holds what it is sent.
 */
export const signGrant = async (ctx: Context, grant: Grant): Promise<string> => {
  const { usageId, toolId, userId, inputHash, expiresAt } = grant
  const { SERVICE_SECRET } = ctx.config
  const { kid } = await publicJwk(SERVICE_SECRET)
  return new SignJWT(inputHash === null ? {} : { input_sha256: inputHash })
    .setProtectedHeader({ alg: 'EdDSA', typ: TYPE, kid })
    .setIssuer(ISSUER)
    .setAudience(toolId)
    .setSubject(userId)
    .setJti(usageId)
    .setIssuedAt(ctx.clock.now())
    .setExpirationTime(expiresAt)
    .sign(privateKeyOf(SERVICE_SECRET))
}

const claims = z.object({ jti: z.uuid() })

/** The use that a grant stands for; null when it is forged or expired. */
export const usageOfGrant = async (ctx: Context, token: string): Promise<string | null> => {
  const key = createPublicKey(privateKeyOf(ctx.config.SERVICE_SECRET))
  const verified = await jwtVerify(token, key, {
    algorithms: ['EdDSA'],
    typ: TYPE,
    issuer: ISSUER,
    currentDate: ctx.clock.now(),
  }).catch(() => null)
  const known = claims.safeParse(verified?.payload)
  return known.success ? known.data.jti : null
}
