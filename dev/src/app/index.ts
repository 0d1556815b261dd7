import { escapeHtml } from '@gigraph/shared/mail'
import fastify from 'fastify'
import { refuseOtherHosts } from '../hosts/index.ts'

/**
 * The pages that links in mails and the checkout lead to. A real client (web, mobile) takes their place; these few let a person
 * walk through the product with nothing but a mailbox and a playground.
 */

interface AppOptions {
  readonly port: number
  /** The gateway's GraphQL endpoint. */
  readonly graphqlUrl: string
}

const VERIFY = /* GraphQL */ `
  mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { userErrors { message } } }`

const page = (title: string, text: string): string => `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escapeHtml(title)} · Gigraph</title>
<body style="font:17px/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1rem;color:#1c2330">
<h1 style="color:#4338ca">${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p></body></html>`

/** Serves the pages. */
export const startApp = async ({ port, graphqlUrl }: AppOptions): Promise<{ url: string; close(): Promise<void> }> => {
  const app = fastify({ forceCloseConnections: true })
  refuseOtherHosts(app)

  app.get<{ Querystring: { token?: string } }>('/verify-email', async (request, reply) => {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: VERIFY, variables: { input: { token: request.query.token ?? '' } } }),
    })
    const { data, errors } = (await response.json()) as {
      data?: { verifyEmail: { userErrors: { message: string }[] } } | null
      errors?: { message: string }[]
    }
    const problem = errors?.[0]?.message ?? data?.verifyEmail.userErrors[0]?.message
    reply.type('text/html; charset=utf-8').code(problem ? 400 : 200)
    return problem ? page('That did not work', problem) : page('Your address is verified', 'You can log in now.')
  })

  app.get('/checkout/success', async (_, reply) => {
    reply.type('text/html; charset=utf-8')
    return page(
      'Thank you',
      'The payment is on its way to the seller’s escrow; the order starts as soon as it is confirmed.',
    )
  })

  app.get('/checkout/cancelled', async (_, reply) => {
    reply.type('text/html; charset=utf-8')
    return page('Nothing was paid', 'You can pay for the order later, within 30 minutes of placing it.')
  })

  app.setNotFoundHandler(async (request, reply) => {
    reply.type('text/html; charset=utf-8').code(404)
    return page(
      'A page of the client',
      `A real client would show ${request.url.split('?')[0] ?? ''} here; this stack has only the back end.`,
    )
  })

  return { url: await app.listen({ host: '127.0.0.1', port }), close: () => app.close() }
}
