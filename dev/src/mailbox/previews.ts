import { escapeHtml, type MailPreview } from '@gigraph/shared/mail'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { MAIL_POLICY } from './web.ts'

interface Which {
  readonly service: string
  readonly name: string
  readonly language: string
}

const LIST_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

const pathOf = ({ service, name, language }: Which): string => `/previews/${service}/${name}/${language}`

const row = (mail: MailPreview): string =>
  `<tr><td>${escapeHtml(mail.service)}</td><td>${escapeHtml(mail.name)}</td><td>${mail.language}</td>
<td>${escapeHtml(mail.subject)}</td><td><a href="${pathOf(mail)}">HTML</a> <a href="${pathOf(mail)}/text">text</a></td></tr>`

const list = (mails: readonly MailPreview[]): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Mail previews – Gigraph</title>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem">
<h1>Mail previews</h1><p>Every mail that Gigraph sends, in every language, with samples. <a href="/">What was sent</a></p>
<table cellpadding="6"><thead><tr align="left"><th>Service</th><th>Mail</th><th>Language</th><th>Subject</th><th>Look</th></tr></thead>
<tbody>${mails.map(row).join('\n')}</tbody></table>`

/** Adds pages that show every mail in every language: `/previews`, `/previews/:service/:name/:language` and its `/text`. */
export const addPreviews = (web: FastifyInstance, previews: () => Promise<readonly MailPreview[]>): void => {
  const show = async (which: Which, reply: FastifyReply, view: (mail: MailPreview) => readonly [string, string]) => {
    const mail = (await previews()).find((each) => pathOf(each) === pathOf(which))
    if (!mail) return reply.code(404).type('text/plain; charset=utf-8').send('There is no such mail.')
    const [type, content] = view(mail)
    return reply.header('content-security-policy', MAIL_POLICY).type(type).send(content)
  }

  web.get('/previews', async (_request, reply) => {
    const mails = await previews()
    return reply.header('content-security-policy', LIST_POLICY).type('text/html; charset=utf-8').send(list(mails))
  })
  web.get<{ Params: Which }>('/previews/:service/:name/:language', ({ params }, reply) =>
    show(params, reply, ({ html }) => ['text/html; charset=utf-8', html]),
  )
  web.get<{ Params: Which }>('/previews/:service/:name/:language/text', ({ params }, reply) =>
    show(params, reply, ({ subject, text }) => ['text/plain; charset=utf-8', `Subject: ${subject}\n\n${text}`]),
  )
}
