import type { MailPreview } from '@gigraph/shared/mail'
import { freePort } from '../ports/index.ts'
import { addPreviews } from './previews.ts'
import { startSmtp } from './smtp.ts'
import { MessageStore } from './store.ts'
import { createWeb } from './web.ts'
import { addWebhooks } from './webhooks.ts'

export type { Message } from './message.ts'

/** The part of a logger that is used here; pino's fits. */
export interface MailboxLog {
  debug(message: string): void
  warn(message: string): void
}

export interface MailboxOptions {
  /** The ports to use when they are free; else others near them. 0: any. */
  readonly smtpPort: number
  readonly httpPort: number
  /** Where the mails survive a restart; only in memory without it. */
  readonly directory?: string
  readonly log: MailboxLog
  /** What `/previews` shows; read when somebody looks. */
  readonly previews?: () => Promise<readonly MailPreview[]>
}

export interface Mailbox {
  /** For SMTP_URL, e.g. `smtp://127.0.0.1:1025`. */
  readonly smtpUrl: string
  /** The page and the API, e.g. `http://127.0.0.1:8025`, without a slash at the end. */
  readonly webUrl: string
  close(): Promise<void>
}

/** Starts a mailbox that catches every mail sent to it and shows it on a page and through an API; keeps 1,000 mails. */
export const startMailbox = async ({
  smtpPort,
  httpPort,
  directory,
  log,
  previews = async () => [],
}: MailboxOptions): Promise<Mailbox> => {
  const store = await MessageStore.open({
    directory,
    onUnreadable: (file) => log.warn(`mailbox: ${file} is not a mail and is passed over`),
  })
  const ports = { smtp: await freePort(smtpPort), http: 0 }
  ports.http = await freePort(httpPort, new Set([ports.smtp]))
  const smtp = await startSmtp({
    port: ports.smtp,
    deliver: async (delivery) => {
      const { to, subject } = await store.add(delivery)
      log.debug(`mailbox: "${subject}" for ${to.join(', ')}`)
    },
    onError: (error) => log.debug(`mailbox: ${error.message}`),
  })
  const web = await createWeb(store)
  addPreviews(web, previews)
  addWebhooks(web)
  const webUrl = await web.listen({ host: '127.0.0.1', port: ports.http })
  return {
    smtpUrl: `smtp://127.0.0.1:${ports.smtp}`,
    webUrl,
    close: async () => {
      await Promise.all([smtp.close(), web.close()])
    },
  }
}
