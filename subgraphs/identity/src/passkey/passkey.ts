import { z } from 'zod'
import type { Context } from '../context.ts'
import type { passkeys } from '../tables.ts'

export type Passkey = typeof passkeys.$inferSelect

/** More keys than anybody has devices. */
export const MOST_PASSKEYS = 20
/** How long a browser may take to ask its owner: WebAuthn 3 §15.1 recommends up to ten minutes. */
export const CHALLENGE_LIFETIME = '5m'

/** EdDSA, ES256 and RS256 (RFC 9053, RFC 8812): what authenticators can. */
export const ALGORITHMS = [-8, -7, -257]

/** The relying party (WebAuthn 3 §4): the domain that passkeys belong to, and the origins of the pages that may use them. */
export const relyingParty = ({ config }: Pick<Context, 'config'>) => {
  const { hostname, origin } = new URL(config.APP_URL)
  return {
    name: 'Gigraph',
    id: config.PASSKEY_DOMAIN ?? hostname,
    origins: config.PASSKEY_ORIGINS.length > 0 ? [...config.PASSKEY_ORIGINS] : [origin],
  }
}

export const passkeyName = z
  .string()
  .trim()
  .min(1, { error: 'Give the passkey a name.' })
  .max(80, { error: 'A name has at most 80 characters.' })
  .regex(/^[^\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Zl}\p{Zp}<>]*$/u, { error: 'A name has no control characters and no < or >.' })

const bytes = (most: number) =>
  z
    .string()
    .min(1)
    .max(most)
    .regex(/^[\w-]+$/)

const credential = {
  // WebAuthn 3 §4: at most 1,023 bytes.
  id: bytes(1_364),
  rawId: bytes(1_364),
  type: z.literal('public-key'),
}

/** `RegistrationResponseJSON` (WebAuthn 3 §5.1). Members that later versions add are left out. */
export const registrationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes(8_000),
    attestationObject: bytes(64_000),
    transports: z.array(z.string().max(40)).max(10).optional(),
  }),
})

/** `AuthenticationResponseJSON` (WebAuthn 3 §5.1). */
export const authenticationResponse = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: bytes(8_000),
    authenticatorData: bytes(8_000),
    signature: bytes(8_000),
    userHandle: bytes(100).nullish(),
  }),
})

const clientData = z.object({ challenge: bytes(100) })

/** The challenge that a browser says it answers; null when this is not a browser's text. */
export const challengeOf = (clientDataJson: string): string | null => {
  try {
    const parsed = clientData.safeParse(JSON.parse(Buffer.from(clientDataJson, 'base64url').toString('utf8')))
    return parsed.success ? parsed.data.challenge : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
