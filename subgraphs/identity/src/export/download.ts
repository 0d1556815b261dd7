import { protectiveHeaders } from '@gigraph/shared/storage'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { hashToken } from '../crypto/secrets.ts'
import { findDataExportByToken } from './data-export-store.ts'
import { keyOf } from './run-exports.ts'

/** Longer than any token of ours. */
const MOST_CHARACTERS = 100

/** The place that the mailed link leads to: whoever has its 256 random bits gets the archive, while the link works. */
export const exportRoutes = (app: FastifyInstance, context: (requestId: string) => Context): void => {
  app.get<{ Params: { token: string } }>('/exports/:token', { logLevel: 'silent' }, async (request, reply) => {
    const ctx = context(request.id)
    const { token } = request.params
    const known = token.length <= MOST_CHARACTERS ? hashToken(token) : ''
    const found = await findDataExportByToken(ctx.db, known, ctx.clock.now())
    const file = found && (await ctx.storage.get(keyOf(found)))
    reply.headers({ ...protectiveHeaders, 'cache-control': 'private, no-store', 'referrer-policy': 'no-referrer' })
    if (!found || !file)
      return reply.code(404).type('text/plain; charset=utf-8').send('This link is not valid, or no longer.')
    const day = found.requestedAt.toISOString().slice(0, 10)
    return reply
      .header('content-disposition', `attachment; filename="gigraph-${day}.zip"`)
      .header('content-length', file.byteSize)
      .type('application/zip')
      .send(file.stream)
  })
}
