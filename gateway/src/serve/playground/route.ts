import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PLAYGROUND_POLICY } from '../security-headers.ts'
import { loadPlaygroundAssets, type PlaygroundAssets } from './bundle.ts'

/** An operation that stands ready in a tab of its own. */
export interface PlaygroundTab {
  readonly name: string
  readonly query: string
  /** JSON. */
  readonly variables?: string
  /** JSON: what the header editor holds. */
  readonly headers?: string
}

export interface PlaygroundOptions {
  /** The GraphQL path; the assets lie below it. */
  readonly path: string
  readonly title: string
  readonly tabs: readonly PlaygroundTab[]
}

/** GraphiQL, from our own files only. */
export interface Playground {
  /** Whether a browser asks to see a page rather than for data. */
  isAskedFor(request: FastifyRequest): boolean
  page(reply: FastifyReply): Promise<FastifyReply>
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  ttf: 'font/ttf',
}

export const registerPlayground = (app: FastifyInstance, options: PlaygroundOptions): Playground => {
  const assetsPath = `${options.path}/playground`
  const html = renderPage(options, assetsPath)
  let assets: Promise<PlaygroundAssets> | null = null
  const load = (): Promise<PlaygroundAssets> => {
    assets ??= loadPlaygroundAssets().catch((error: unknown) => {
      assets = null
      throw error
    })
    return assets
  }
  const compressed = new Map<string, Promise<Buffer>>()

  app.get<{ Params: { file: string } }>(`${assetsPath}/:file`, async (request, reply) => {
    const { file } = request.params
    const content = (await load()).get(file)
    if (!content) return reply.callNotFound()
    reply.type(TYPES[file.split('.').at(-1) ?? ''] ?? 'application/octet-stream')
    // Chunks carry a hash in their name; the entry files do not, and must be asked for again.
    reply.header('cache-control', /-[A-Z0-9]{8}\./.test(file) ? 'public, max-age=31536000, immutable' : 'no-cache')
    // A worker starts under the policy that its own script came with.
    reply.header('content-security-policy', PLAYGROUND_POLICY)
    if (!request.headers['accept-encoding']?.includes('gzip')) return reply.send(content)
    const zipped = compressed.get(file) ?? promisify(gzip)(content)
    compressed.set(file, zipped)
    return reply.header('content-encoding', 'gzip').send(await zipped)
  })

  return {
    isAskedFor: ({ method, headers, url }) =>
      method === 'GET' && (headers.accept ?? '').includes('text/html') && !url.includes('query='),
    page: async (reply) =>
      reply.header('content-security-policy', PLAYGROUND_POLICY).type('text/html; charset=utf-8').send(html),
  }
}

const escapeAttribute = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')

const renderPage = ({ path, title, tabs }: PlaygroundOptions, assets: string): string => {
  const withNames = tabs.map(({ name, query, variables, headers }) => ({
    query: `# ${name}\n${query.trim()}\n`,
    ...(variables && { variables }),
    ...(headers && { headers }),
  }))
  const configuration = JSON.stringify({ path, assets, title, ...(withNames.length > 0 && { tabs: withNames }) })
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escapeAttribute(title)}</title>
    <link rel="icon" href="data:," />
    <link rel="stylesheet" href="${assets}/app.css" />
  </head>
  <body>
    <div id="playground" data-configuration="${escapeAttribute(configuration)}">Loading…</div>
    <script type="module" src="${assets}/app.js"></script>
  </body>
</html>
`
}
