import { notFound } from '@gigraph/shared/errors'
import { protectiveHeaders, serveFiles } from '@gigraph/shared/storage'
import { isId } from '@gigraph/shared/time'
import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { receiveUploads } from './receive-upload.ts'
import { imageKey } from './upload.ts'

const image = /^([0-9a-f-]{36})-(\d{2,4})\.webp$/

/** `GET /images/:name` shows a variant of a public picture to everybody; files in a folder are served at their signed addresses. */
export const uploadRoutes = async (app: FastifyInstance, context: (requestId: string) => Context): Promise<void> => {
  const { storage, config, clock } = context('start')
  await serveFiles(app, {
    storage,
    clock,
    secret: config.UPLOAD_SIGNING_SECRET ?? config.SERVICE_SECRET,
    onReceived: (key, requestId) => receiveUploads(context(requestId), [key.split('/').at(-1) ?? '']),
  })

  app.get<{ Params: { name: string } }>('/images/:name', async (request, reply) => {
    const [, id = '', edge = ''] = image.exec(request.params.name) ?? []
    const file = isId(id) ? await storage.get(imageKey(id, Number(edge))) : null
    if (!file) throw notFound('Image')
    return reply
      .headers(protectiveHeaders)
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('cross-origin-resource-policy', 'cross-origin')
      .header('content-length', file.byteSize)
      .type('image/webp')
      .send(file.stream)
  })
}
