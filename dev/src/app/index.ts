import type { Bundle } from '@gigraph/example-react'
import { escapeHtml } from '@gigraph/shared/mail'
import fastify, { type FastifyInstance } from 'fastify'
import { refuseOtherHosts } from '../hosts/index.ts'

/**
 * The example of a React client, to which links in mails and the checkout lead. A real client (web, mobile) takes its place; it lets
 * a person walk through the product with nothing but a browser.
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
<h1 style="color:#4338ca">${escapeHtml(title)}</h1><p>${escapeHtml(text)}</p><p><a href="/log-in">Log in</a></p></body></html>`

/** Bundled, and what bundles it loaded, when somebody wants to see it, not at every start. */
const serveExample = (app: FastifyInstance, graphqlUrl: string): void => {
  let bundle: Promise<Bundle> | undefined
  const bundled = () => {
    bundle ??= import('@gigraph/example-react').then(({ bundleExample }) => bundleExample())
    return bundle
  }
  // Wherever a link leads: the example looks at the address itself.
  app.get('/*', async (_, reply) => {
    reply.type('text/html; charset=utf-8')
    return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Gigraph</title>
<link rel="icon" href="data:,"><link rel="stylesheet" href="/example.css"><script type="module" src="/example.js"></script></head>
<body><main data-graphql="${escapeHtml(graphqlUrl)}"></main></body></html>`
  })
  app.get('/example.js', async (_, reply) => {
    reply.type('text/javascript; charset=utf-8')
    return (await bundled()).script
  })
  app.get('/example.css', async (_, reply) => {
    reply.type('text/css; charset=utf-8')
    return (await bundled()).style
  })
}

/** Serves the pages. */
export const startApp = async ({ port, graphqlUrl }: AppOptions): Promise<{ url: string; close(): Promise<void> }> => {
  const app = fastify({ forceCloseConnections: true })
  refuseOtherHosts(app)
  serveExample(app, graphqlUrl)

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

  return { url: await app.listen({ host: '127.0.0.1', port }), close: () => app.close() }
}
