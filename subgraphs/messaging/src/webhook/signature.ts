import { randomBytes } from 'node:crypto'
import { signatureOf } from '@gigraph/shared/auth'
import { seal, unseal } from '@gigraph/shared/crypto'

/** By it people and secret scanners recognize the secret of a webhook (Standard Webhooks). */
const MARK = 'whsec_'

/** A new secret: 256 bits, as the Standard Webhooks specification writes them. */
export const mintSecret = (): string => `${MARK}${randomBytes(32).toString('base64')}`

const purposeOf = (endpointId: string): string => `gigraph messaging webhook ${endpointId}`

export const sealSecret = (key: string, endpointId: string, secret: string): string =>
  seal(key, purposeOf(endpointId), secret)

export const unsealSecret = (key: string, endpointId: string, sealed: string): string =>
  unseal(key, purposeOf(endpointId), sealed)

interface Signed {
  readonly id: string
  readonly at: Date
  readonly body: string
}

/** Headers of a call (https://www.standardwebhooks.com): its id, the time of this try, and a signature by each secret. */
export const signatureHeaders = (secrets: readonly string[], { id, at, body }: Signed) => {
  const timestamp = String(Math.floor(at.getTime() / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(MARK.length), 'base64')
    return `v1,${signatureOf({ key, text: `${id}.${timestamp}.${body}`, encoding: 'base64' })}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
