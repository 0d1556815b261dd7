import { join } from 'node:path'
import { createLogger } from '@gigraph/shared/logging'
import { startMailbox } from '../mailbox/index.ts'
import { startStripeEmulator } from '../stripe/index.ts'
import { serviceUrl } from './environments.ts'
import { readMailPreviews } from './mail-previews.ts'
import type { Ports } from './ports.ts'
import type { Secrets } from './secrets.ts'

/** The real parts that replace embedded ones, as the person gave them. */
export interface Replacements {
  /** Of a role that may create databases and roles. */
  readonly databaseUrl?: string | undefined
  readonly redisUrl?: string | undefined
  readonly smtpUrl?: string | undefined
  readonly stripeSecretKey?: string | undefined
  readonly stripeWebhookSecret?: string | undefined
}

/** What the services stand on beside the database server. `null`: the person brought the real thing. */
export interface Infrastructure {
  readonly smtpUrl: string
  readonly mailboxUrl: string | null
  readonly stripe: { readonly secretKey: string; readonly webhookSecret: string; readonly apiUrl: string | undefined }
  close(): Promise<void>
}

interface InfrastructureOptions {
  readonly dataDirectory: string
  readonly ports: Ports
  readonly secrets: Secrets
  readonly replacements: Replacements
  readonly logLevel: string
}

/** Starts the mailbox and the Stripe emulator, as far as nobody brought them. */
export const startInfrastructure = async (options: InfrastructureOptions): Promise<Infrastructure> => {
  const { dataDirectory, ports, secrets, replacements } = options
  const log = createLogger({ name: 'dev', level: options.logLevel })
  const ends: (() => Promise<void>)[] = []
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const mailbox = replacements.smtpUrl
      ? null
      : await startMailbox({
          smtpPort: ports.smtp,
          httpPort: ports.mailbox,
          directory: join(dataDirectory, 'mailbox'),
          previews: readMailPreviews,
          log,
        })
    if (mailbox) ends.push(() => mailbox.close())
    const stripe = replacements.stripeSecretKey
      ? null
      : await startStripeEmulator({
          port: ports.stripe,
          secretKey: secrets.stripeSecretKey,
          webhookUrl: `${serviceUrl(ports, 'payments')}/webhooks/stripe`,
          webhookSecret: secrets.stripeWebhookSecret,
          stateFile: join(dataDirectory, 'stripe.json'),
          log,
        })
    if (stripe) ends.push(() => stripe.close())
    return {
      smtpUrl: replacements.smtpUrl ?? mailbox?.smtpUrl ?? '',
      mailboxUrl: mailbox?.webUrl ?? null,
      stripe: {
        secretKey: replacements.stripeSecretKey ?? secrets.stripeSecretKey,
        webhookSecret: replacements.stripeWebhookSecret ?? secrets.stripeWebhookSecret,
        apiUrl: stripe?.url,
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
