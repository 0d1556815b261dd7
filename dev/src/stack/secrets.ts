import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exportJWK, generateKeyPair } from 'jose'
import { z } from 'zod'

const key = z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() })

const secrets = z.object({
  postgresPassword: z.string(),
  serviceSecret: z.string(),
  codeSecret: z.string(),
  keyEncryptionSecret: z.string(),
  stripeSecretKey: z.string(),
  stripeWebhookSecret: z.string(),
  assertionPrivateKey: key,
  assertionPublicKey: key,
})

/** What the local stack's parts know of each other and nobody else should. */
export type Secrets = z.output<typeof secrets>

/** 256 bits, as text that stands in URLs as it is. */
export const random = () => randomBytes(32).toString('base64url')

/** New secrets, all of them random. */
export const makeSecrets = async (): Promise<Secrets> => {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true })
  return secrets.parse({
    postgresPassword: random(),
    serviceSecret: random(),
    codeSecret: random(),
    keyEncryptionSecret: random(),
    stripeSecretKey: `sk_test_${randomBytes(24).toString('hex')}`,
    stripeWebhookSecret: `whsec_${randomBytes(24).toString('hex')}`,
    assertionPrivateKey: await exportJWK(privateKey),
    assertionPublicKey: await exportJWK(publicKey),
  })
}

/** Reads the secrets of earlier starts, or makes them at the first; readable by the owner only. */
export const readSecrets = async (file: string): Promise<Secrets> => {
  if (existsSync(file)) {
    const known = secrets.safeParse(JSON.parse(readFileSync(file, 'utf8')))
    if (known.success) return known.data
    throw new Error(`${file} is not what this version wrote; run "npm run reset" to start over`)
  }
  const made = await makeSecrets()
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, JSON.stringify(made, null, 2), { mode: 0o600 })
  return made
}
