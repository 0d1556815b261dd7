import { createTransport } from 'nodemailer'

export type { MailPreview } from './preview.ts'
export {
  languageOf,
  type MailLanguage,
  type MailTemplate,
  type MailValues,
  type MailWords,
  mailLanguages,
  placeholdersOf,
  renderMail,
} from './template.ts'

import { childSpan } from '../telemetry/index.ts'

/** One mail, ready to send. */
export interface Mail {
  /** One address. */
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  /** More headers, for example List-Unsubscribe. */
  readonly headers?: Readonly<Record<string, string>>
  /** Makes a repeated sending recognizable to the receiver: stands in the Message-ID. */
  readonly messageId?: string
}

export interface Mailer {
  /** Resolves when the server has accepted the mail; rejects otherwise, and the job tries again. */
  send(mail: Mail): Promise<void>
  close(): void
}

interface MailerOptions {
  /** smtp:// or smtps:// URL with user and password where the server wants them. */
  readonly smtpUrl: string
  /** Sender: `Gigraph <no-reply@gigraph.example>`. */
  readonly from: string
}

const TIMEOUT_MS = 10_000

/** Opens a pool of connections to the mail server. */
export const openMailer = ({ smtpUrl, from }: MailerOptions): Mailer => {
  const { hostname, port, username, password, protocol } = new URL(smtpUrl)
  const secure = protocol === 'smtps:'
  const transport = createTransport({
    host: hostname,
    port: Number(port || (secure ? 465 : 587)),
    secure,
    ...(username && { auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) } }),
    pool: true,
    connectionTimeout: TIMEOUT_MS,
    greetingTimeout: TIMEOUT_MS,
    socketTimeout: TIMEOUT_MS,
  })
  const domain = /@([^>\s]+)/.exec(from)?.[1] ?? 'localhost'
  return {
    send: async ({ to, subject, text, html, headers, messageId }) => {
      // As an object the address is taken as it is: no lists, no comments, no second recipient.
      const mail = {
        from,
        to: { name: '', address: to },
        subject,
        text,
        html,
        ...(headers && { headers }),
        ...(messageId && { messageId: `<${messageId}@${domain}>` }),
      }
      await childSpan({ name: 'send mail', kind: 'client' }, () => transport.sendMail(mail))
    },
    close: () => transport.close(),
  }
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Text as it may stand in HTML. */
export const escapeHtml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character)

interface MailContent {
  readonly language: string
  readonly subject: string
  /** Paragraphs of plain text. */
  readonly paragraphs: readonly string[]
  /** The one thing to press. */
  readonly action?: { readonly label: string; readonly url: string }
  /** Shown large: a one-time code. */
  readonly code?: string
  /** Why the receiver got this, and how to stop it. */
  readonly footer: string
}

/** A mail in text and HTML from the same words. */
export const composeMail = ({
  language,
  subject,
  paragraphs,
  action,
  code,
  footer,
}: MailContent): Pick<Mail, 'subject' | 'text' | 'html'> => {
  const text = [
    ...paragraphs,
    ...(code ? [code] : []),
    ...(action ? [`${action.label}: ${action.url}`] : []),
    `-- \n${footer}`,
  ].join('\n\n')
  const html = `<!doctype html><html lang="${escapeHtml(language)}"><body style="margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#1c2330">
<div style="max-width:560px;margin:24px auto;padding:32px;background:#fff;border-radius:12px">
<p style="font-weight:700;color:#4338ca;margin-top:0">Gigraph</p>
${paragraphs.map((paragraph) => `<p>${escapeHtml(paragraph)}</p>`).join('\n')}
${code ? `<p style="font:700 32px/1.2 ui-monospace,monospace;letter-spacing:6px">${escapeHtml(code)}</p>` : ''}
${action ? `<p><a href="${escapeHtml(action.url)}" style="display:inline-block;padding:12px 20px;background:#4338ca;color:#fff;border-radius:8px;text-decoration:none">${escapeHtml(action.label)}</a></p>` : ''}
<p style="font-size:13px;color:#667085;border-top:1px solid #e4e7ec;padding-top:16px">${escapeHtml(footer)}</p>
</div></body></html>`
  return { subject, text, html }
}
