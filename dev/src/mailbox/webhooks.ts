import { signatureOf } from '@gigraph/shared/auth'
import { escapeHtml } from '@gigraph/shared/mail'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'

const KEPT = 100
const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** One call as it came. */
interface Call {
  readonly receivedAt: string
  readonly path: string
  readonly id: string
  readonly timestamp: string
  readonly signature: string
  readonly body: string
}

const ShowQuery = z.object({ secret: z.string().default('') })
const header = z.string().catch('')

/** Whether one of the call's signatures is of this secret (https://www.standardwebhooks.com). */
const isSigned = ({ id, timestamp, signature, body }: Call, secret: string): boolean => {
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = signatureOf({ key, text: `${id}.${timestamp}.${body}`, encoding: 'base64' })
  return signature.split(' ').includes(`v1,${expected}`)
}

const row = (call: Call, secret: string): string => {
  const proof = secret === '' ? '' : isSigned(call, secret) ? 'good' : 'of another secret'
  const cells = [call.receivedAt.slice(11, 19), call.path, call.id, proof]
  return `<tr>${cells.map((cell) => `<td>${escapeHtml(cell)}</td>`).join('')}<td><code>${escapeHtml(call.body)}</code></td></tr>`
}

const page = (calls: readonly Call[], secret: string): string =>
  `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta http-equiv="refresh" content="2"><title>Webhooks (${calls.length}) – Gigraph</title>
<body style="font:16px/1.5 system-ui,sans-serif;margin:2rem auto;padding:0 1rem;max-width:90rem">
<h1>Webhooks</h1><p>Register this address, or one below it, with <code>createWebhookEndpoint</code>: what is sent here shows below, the newest first.
With <code>?secret=whsec_…</code> the signatures are checked. <a href="/">Mailbox</a></p>
<table cellpadding="6"><thead><tr align="left"><th>Time</th><th>Path</th><th>webhook-id</th><th>Signature</th><th>Body</th></tr></thead>
<tbody valign="top">${calls.map((call) => row(call, secret)).join('\n')}</tbody></table>`

/** Adds a receiver of webhooks to look at: POST to `/webhooks` and below, a page at `/webhooks`, the calls as JSON at `/api/webhooks`. */
export const addWebhooks = (web: FastifyInstance): void => {
  const calls: Call[] = []
  web.get('/api/webhooks', (_request, reply) => reply.send(calls))
  web.get('/webhooks', (request, reply) => {
    const { secret } = ShowQuery.parse(request.query)
    reply.header('content-security-policy', POLICY).type('text/html; charset=utf-8')
    return reply.send(page(calls, secret))
  })
  web.register(async (receiver) => {
    // Signed is what was sent, byte for byte.
    receiver.removeAllContentTypeParsers()
    receiver.addContentTypeParser('*', { parseAs: 'string', bodyLimit: 65_536 }, (_request, body, done) =>
      done(null, body),
    )
    for (const path of ['/webhooks', '/webhooks/*'])
      receiver.post(path, async ({ url, headers, body }, reply) => {
        calls.unshift({
          ...{ receivedAt: new Date().toISOString(), path: url, id: header.parse(headers['webhook-id']) },
          timestamp: header.parse(headers['webhook-timestamp']),
          signature: header.parse(headers['webhook-signature']),
          body: String(body ?? ''),
        })
        calls.splice(KEPT)
        return reply.code(204).send()
      })
  })
}
