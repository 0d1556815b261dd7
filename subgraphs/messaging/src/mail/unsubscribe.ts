import { escapeHtml } from '@gigraph/shared/mail'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { savePreference } from '../notification/notification-store.ts'
import { readUnsubscribeToken, type Unsubscription } from './unsubscribe-token.ts'

const query = z.object({ token: z.string().max(500).catch('') })

/** Ends the mails that a link stands for; null when it is no link of ours. */
const unsubscribe = async (ctx: Context, token: string): Promise<Unsubscription | null> => {
  const unsubscription = readUnsubscribeToken(ctx.config.CODE_HMAC_SECRET, token)
  if (unsubscription)
    await savePreference(ctx.db, { ...unsubscription, channel: 'EMAIL', mode: 'OFF', updatedAt: ctx.clock.now() })
  return unsubscription
}

const page = (title: string, content: string): string =>
  `<!doctype html><html lang="en"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>
<body style="font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem"><h1>${escapeHtml(title)}</h1>${content}`

const POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/**
 * The place that List-Unsubscribe names: mail programs POST to it (RFC 8058), people get a page with a button. Reading it
 * changes nothing, because scanners of mails follow links.
 */
export const unsubscribeRoutes = (app: FastifyInstance, context: (requestId: string) => Context): void => {
  // What mail programs and the button send is not read: the address says it all.
  app.addContentTypeParser(
    ['application/x-www-form-urlencoded', 'multipart/form-data'],
    { parseAs: 'buffer', bodyLimit: 4_096 },
    (_request, _body, done) => done(null, null),
  )
  app.get('/unsubscribe', async (request, reply) => {
    const { token } = query.parse(request.query)
    const found = readUnsubscribeToken(context(request.id).config.CODE_HMAC_SECRET, token)
    return reply
      .code(found ? 200 : 404)
      .headers({ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(
        found
          ? page(
              `No more mails about ${found.category.toLowerCase()}?`,
              '<form method="post"><button style="font:inherit;padding:.6rem 1rem">Unsubscribe</button></form>',
            )
          : page('This link is not valid', '<p>Open the settings of your notifications instead.</p>'),
      )
  })
  app.post('/unsubscribe', async (request, reply) => {
    const { token } = query.parse(request.query)
    const done = await unsubscribe(context(request.id), token)
    return reply
      .code(done ? 200 : 404)
      .headers({ 'content-security-policy': POLICY, 'cache-control': 'no-store' })
      .type('text/html; charset=utf-8')
      .send(
        done
          ? page('Done', `<p>You get no more mails about ${escapeHtml(done.category.toLowerCase())}.</p>`)
          : page('This link is not valid', '<p>Open the settings of your notifications instead.</p>'),
      )
  })
}
