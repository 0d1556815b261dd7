import { httpUrl, secret, url } from '@gigraph/shared/config'
import { storageShape } from '@gigraph/shared/storage'
import { z } from 'zod'

/** What identity reads beyond every service's variables. */
export const configuration = {
  /** `iss` of access tokens; APP_URL when absent. */
  JWT_ISSUER: z.string().min(1).optional(),
  /** `aud` of access tokens: the graph that they are for. */
  JWT_AUDIENCE: z.string().min(1).default('gigraph'),
  /** Keys the hashes of one-time codes and of what is looked up by address. */
  CODE_HMAC_SECRET: secret,
  /** Encrypts signing keys and TOTP secrets at rest. */
  KEY_ENCRYPTION_SECRET: secret,
  /** The domain that passkeys belong to (WebAuthn's RP ID); the host of APP_URL when absent. Changing it voids all passkeys. */
  PASSKEY_DOMAIN: z
    .string()
    .regex(/^(localhost|([a-z0-9-]+\.)+[a-z][a-z0-9-]*)$/, { error: 'must be a domain such as gigraph.example' })
    .optional(),
  /** Origins of the pages that may use passkeys; that of APP_URL when empty. */
  PASSKEY_ORIGINS: z
    .string()
    .default('')
    .transform((list) =>
      list
        .split(',')
        .map((origin) => origin.trim())
        .filter(Boolean),
    )
    .refine((origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), {
      error: 'must be origins such as https://app.gigraph.example, separated by commas',
    }),
  /** Where archives of exported data are kept. */
  ...storageShape,
  /** Where browsers reach this service's own HTTP server: links to archives start with it. */
  PUBLIC_URL: httpUrl('https://accounts.gigraph.example').default('http://localhost:4001'),
  SMTP_URL: url('smtp://localhost:1025', 'smtp', 'smtps').default('smtp://127.0.0.1:1025'),
  MAIL_FROM: z.string().min(3).default('Gigraph <no-reply@gigraph.example>'),
}
