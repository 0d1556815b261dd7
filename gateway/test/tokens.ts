import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JWK } from 'jose'
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose'
import { onTestFinished } from 'vitest'

export const ISSUER = 'https://identity.test'
export const AUDIENCE = 'gigraph'

/** A key pair under an id, as an issuer has it. */
export interface IssuerKey {
  readonly kid: string
  readonly alg: string
  readonly privateKey: CryptoKey
  readonly publicJwk: JWK
}

export const createKey = async (kid: string, alg: 'EdDSA' | 'ES256' | 'ES384' = 'EdDSA'): Promise<IssuerKey> => {
  const { privateKey, publicKey } = await generateKeyPair(alg, {
    extractable: true,
    ...(alg === 'EdDSA' && { crv: 'Ed25519' }),
  })
  return { kid, alg, privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } }
}

/** What a token says unless a test says otherwise. `undefined` leaves a claim out. */
export interface TokenOptions {
  readonly claims?: { readonly [claim in keyof JWTPayload]: JWTPayload[claim] | undefined }
  readonly header?: Record<string, unknown>
}

const nowSeconds = () => Math.floor(Date.now() / 1000)

/** An access token as identity issues it (RFC 9068). */
export const createToken = (key: IssuerKey, { claims = {}, header = {} }: TokenOptions = {}): Promise<string> => {
  const iat = nowSeconds()
  const payload = {
    iss: ISSUER,
    aud: AUDIENCE,
    sub: 'user-1',
    sid: 'session-1',
    roles: ['BUYER'],
    scope: 'orders:read orders:write',
    auth_time: iat - 60,
    iat,
    exp: iat + 600,
    ...claims,
  }
  return new SignJWT(payload as JWTPayload)
    .setProtectedHeader({ alg: key.alg, kid: key.kid, typ: 'at+jwt', ...header })
    .sign(key.privateKey)
}

/** An issuer's key set on a real port; closed when the test is over. */
export const serveKeys = async (keys: readonly IssuerKey[]) => {
  const state = { keys: [...keys], fetches: 0, isDown: false }
  const server = createServer((_request, response) => {
    state.fetches += 1
    if (state.isDown) return response.writeHead(503).end()
    response.setHeader('content-type', 'application/json')
    return response.end(JSON.stringify({ keys: state.keys.map(({ publicJwk }) => publicJwk) }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return Object.assign(state, { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json` })
}
