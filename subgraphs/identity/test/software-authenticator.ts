import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'

/** What an authenticator and a browser would do otherwise than they should. */
interface Mischief {
  /** The page that asks. */
  readonly origin?: string
  /** The domain that the authenticator signs for. */
  readonly rpId?: string
  /** False: nobody showed a PIN, finger or face. */
  readonly userVerified?: boolean
  /** What a copied key would count on from. */
  readonly counter?: number
  /** A key that is not the credential's. */
  readonly privateKey?: KeyObject
  readonly challenge?: string
  readonly type?: string
  readonly userHandle?: string | null
}

interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id: string }
  readonly user: { readonly id: string }
  readonly excludeCredentials: readonly { readonly id: string }[]
}

interface RequestOptions {
  readonly challenge: string
  readonly rpId: string
  readonly allowCredentials?: readonly { readonly id: string }[]
}

interface Credential {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: KeyObject
}

const UP = 0x01
const UV = 0x04
const ATTESTED = 0x40

const sha256 = (data: string | Uint8Array): Buffer => createHash('sha256').update(data).digest()

type Cbor = number | string | Buffer | ReadonlyMap<number | string, Cbor>

/** As much of CBOR (RFC 8949) as attestation objects need. */
const cbor = (value: Cbor): Buffer => {
  const head = (major: number, length: number): Buffer => {
    if (length < 24) return Buffer.from([(major << 5) | length])
    return length < 256
      ? Buffer.from([(major << 5) | 24, length])
      : Buffer.from([(major << 5) | 25, length >> 8, length & 255])
  }
  if (typeof value === 'number') return value < 0 ? head(1, -1 - value) : head(0, value)
  if (typeof value === 'string') return Buffer.concat([head(3, Buffer.byteLength(value)), Buffer.from(value)])
  if (Buffer.isBuffer(value)) return Buffer.concat([head(2, value.length), value])
  return Buffer.concat([head(5, value.size), ...[...value].flatMap(([key, item]) => [cbor(key), cbor(item)])])
}

/** A COSE key of ES256 (RFC 9053 §2.1). */
const coseKey = (publicKey: KeyObject): Buffer => {
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const [EC2, ES256, P256] = [2, -7, 1]
  return cbor(
    new Map<number, Cbor>([
      [1, EC2],
      [3, ES256],
      [-1, P256],
      [-2, Buffer.from(x, 'base64url')],
      [-3, Buffer.from(y, 'base64url')],
    ]),
  )
}

/** An authenticator with the browser around it (WebAuthn 3): resident ES256 keys, a counter, no attestation. */
export const createAuthenticator = (home: string) => {
  const credentials: Credential[] = []
  let counter = 0

  const clientData = (type: string, challenge: string, origin: string): Buffer =>
    Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }))

  const authenticatorData = (rpId: string, flags: number, mischief: Mischief): Buffer => {
    counter += 1
    const count = Buffer.alloc(4)
    count.writeUInt32BE(mischief.counter ?? counter)
    return Buffer.concat([
      sha256(mischief.rpId ?? rpId),
      Buffer.from([UP | (mischief.userVerified === false ? 0 : UV) | flags]),
      count,
    ])
  }

  return {
    credentials,
    /** `navigator.credentials.create`, as JSON. */
    create: ({ challenge, rp, user, excludeCredentials }: CreationOptions, mischief: Mischief = {}) => {
      if (excludeCredentials.some(({ id }) => credentials.some((known) => known.id === id)))
        throw new Error('this authenticator holds a passkey of that account')
      const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
      const id = randomBytes(32)
      credentials.push({ id: id.toString('base64url'), rpId: rp.id, userHandle: user.id, privateKey })
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const authData = Buffer.concat([
        authenticatorData(rp.id, ATTESTED, mischief),
        Buffer.alloc(16),
        length,
        id,
        coseKey(publicKey),
      ])
      const attestation = cbor(
        new Map<string, Cbor>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
          ['authData', authData],
        ]),
      )
      const data = clientData(
        mischief.type ?? 'webauthn.create',
        mischief.challenge ?? challenge,
        mischief.origin ?? home,
      )
      return {
        id: id.toString('base64url'),
        rawId: id.toString('base64url'),
        type: 'public-key',
        authenticatorAttachment: 'platform',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data.toString('base64url'),
          attestationObject: attestation.toString('base64url'),
          transports: ['internal'],
        },
      }
    },
    /** `navigator.credentials.get`, as JSON; with the newest key when the options name none. */
    get: ({ challenge, rpId, allowCredentials = [] }: RequestOptions, mischief: Mischief = {}) => {
      const credential = credentials.findLast(
        ({ id }) => allowCredentials.length === 0 || allowCredentials.some((allowed) => allowed.id === id),
      )
      if (!credential) throw new Error('this authenticator holds none of these passkeys')
      const data = clientData(mischief.type ?? 'webauthn.get', mischief.challenge ?? challenge, mischief.origin ?? home)
      const authData = authenticatorData(rpId, 0, mischief)
      const signature = sign(
        'sha256',
        Buffer.concat([authData, sha256(data)]),
        mischief.privateKey ?? credential.privateKey,
      )
      const userHandle = mischief.userHandle === undefined ? credential.userHandle : mischief.userHandle
      return {
        id: credential.id,
        rawId: credential.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: data.toString('base64url'),
          authenticatorData: authData.toString('base64url'),
          signature: signature.toString('base64url'),
          ...(userHandle !== null && { userHandle }),
        },
      }
    },
  }
}
