import { httpUrl, secret, url } from '@gigraph/shared/config'
import { z } from 'zod'

/** What messaging reads beyond every service's variables. */
export const configuration = {
  /** Keys the links with which mails are unsubscribed from, and nothing else here. */
  CODE_HMAC_SECRET: secret,
  /** Encrypts the secrets that calls of webhooks are signed with. */
  KEY_ENCRYPTION_SECRET: secret,
  /** `on`: webhooks may lead to this machine, also by http. For development only. */
  WEBHOOKS_TO_LOOPBACK: z.enum(['on', 'off']).default('off'),
  /** Where people and mail programs reach this service, to unsubscribe with one click. */
  PUBLIC_URL: httpUrl('https://messaging.gigraph.example').default('http://localhost:4006'),
  SMTP_URL: url('smtp://localhost:1025', 'smtp', 'smtps').default('smtp://127.0.0.1:1025'),
  MAIL_FROM: z.string().min(3).default('Gigraph <no-reply@gigraph.example>'),
}
