import { secret, url } from '@gigraph/shared/config'
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
  SMTP_URL: url('smtp://localhost:1025', 'smtp', 'smtps').default('smtp://127.0.0.1:1025'),
  MAIL_FROM: z.string().min(3).default('Gigraph <no-reply@gigraph.example>'),
}
