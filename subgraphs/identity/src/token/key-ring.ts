import { type Database, transaction } from '@gigraph/shared/database'
import { after, type Clock } from '@gigraph/shared/time'
import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { z } from 'zod'
import { SIGNING_KEY_PURPOSE, seal, unseal } from '../crypto/seal.ts'
import { listPublishedKeys, lockKeys, retireKeys, type SigningKeyRow, saveKey } from './signing-key-store.ts'

/** Signature algorithm of access tokens (RFC 8037). */
export const ALGORITHM = 'EdDSA'

/** How long a process signs with what it read: less than a new key is published before it signs. */
const REMEMBERED_MS = 30_000
/** A new key is published this long before it signs; the gateway reads the keys every 5 minutes. */
const PUBLISHED_AHEAD = '10m'
/** The old key stays published this long after the new one signs: longer than an access token lives. */
const OVERLAP = '30m'

export interface SigningKey {
  readonly kid: string
  readonly privateKey: CryptoKey
}

/** The keys that access tokens are signed with: the newest active one signs, all published ones verify. */
export interface KeyRing {
  signingKey(): Promise<SigningKey>
  /** The public keys (RFC 7517), for `/.well-known/jwks.json`. */
  publicKeys(): Promise<{ readonly keys: readonly JWK[] }>
  /**
   * Makes a new key. Planned: it signs in ten minutes, the old ones verify for another half an hour. `compromised`: it signs at
   * once and the old ones are gone at once.
   */
  rotate(options?: { readonly compromised?: boolean }): Promise<{ readonly kid: string; readonly activeAt: Date }>
}

interface KeyRingOptions {
  readonly db: Database
  readonly clock: Clock
  /** Encrypts private keys at rest. */
  readonly secret: string
}

const publicJwk = z.looseObject({ kid: z.string() }).transform((key): JWK => key as JWK)

const createKey = async ({ clock, secret }: KeyRingOptions, activeAt: Date): Promise<SigningKeyRow> => {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { crv: 'Ed25519', extractable: true })
  const published = await exportJWK(publicKey)
  const kid = await calculateJwkThumbprint(published)
  return {
    kid,
    publicJwk: { ...published, kid, alg: ALGORITHM, use: 'sig' },
    sealedPrivateJwk: seal(secret, SIGNING_KEY_PURPOSE, JSON.stringify(await exportJWK(privateKey))),
    createdAt: clock.now(),
    activeAt,
    retiredAt: null,
  }
}

/** Opens the keys in the database; the first process of an installation makes the first one. */
export const openKeyRing = async (options: KeyRingOptions): Promise<KeyRing> => {
  const { db, clock, secret } = options
  let known: { readonly rows: readonly SigningKeyRow[]; readonly readAt: number } | undefined
  const imported = new Map<string, Promise<CryptoKey>>()

  await transaction(db, async (tx) => {
    await lockKeys(tx)
    const published = await listPublishedKeys(tx, clock.now())
    if (published.length === 0) await saveKey(tx, await createKey(options, clock.now()))
  })

  const published = async (): Promise<readonly SigningKeyRow[]> => {
    const now = clock.now()
    if (!known || Math.abs(now.getTime() - known.readAt) > REMEMBERED_MS)
      known = { rows: await listPublishedKeys(db, now), readAt: now.getTime() }
    return known.rows
  }

  const importPrivate = async (row: SigningKeyRow): Promise<CryptoKey> => {
    const jwk = z.looseObject({}).parse(JSON.parse(unseal(secret, SIGNING_KEY_PURPOSE, row.sealedPrivateJwk))) as JWK
    const key = await importJWK(jwk, ALGORITHM)
    if (key instanceof Uint8Array) throw new Error(`the signing key ${row.kid} is not a key pair`)
    return key
  }

  return {
    signingKey: async () => {
      const now = clock.now()
      const row = (await published()).findLast((key) => key.activeAt <= now)
      if (!row) throw new Error('no signing key is active')
      const pending = imported.get(row.kid) ?? importPrivate(row)
      imported.set(row.kid, pending)
      return { kid: row.kid, privateKey: await pending }
    },
    publicKeys: async () => ({ keys: (await published()).map((row) => publicJwk.parse(row.publicJwk)) }),
    rotate: async ({ compromised = false } = {}) => {
      const now = clock.now()
      const activeAt = compromised ? now : after(now, PUBLISHED_AHEAD)
      const key = await createKey(options, activeAt)
      await transaction(db, async (tx) => {
        await lockKeys(tx)
        await retireKeys(tx, compromised ? now : after(activeAt, OVERLAP))
        await saveKey(tx, key)
      })
      known = undefined
      return { kid: key.kid, activeAt }
    },
  }
}
