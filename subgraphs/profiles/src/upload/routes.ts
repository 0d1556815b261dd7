import { badUserInput, forbidden, notFound } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { contentTypes, MOST_BYTES } from './create-upload.ts'
import { keepSent, readImage, SIZES } from './files.ts'
import { isSigned } from './signature.ts'

const query = z.object({
  type: z.enum(contentTypes),
  size: z.coerce.number().int().min(1).max(MOST_BYTES),
  expires: z.coerce.number().int(),
  signature: z.string().max(200),
})
const image = /^([0-9a-f-]{36})-(\d+)\.webp$/

/** Browsers of any site may send: the signature in the address is the permission, no cookie is involved. */
const allowOrigins = (reply: FastifyReply) =>
  reply
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'PUT')
    .header('access-control-allow-headers', 'content-type')

/** `PUT /uploads/:id` with a signed query takes a file, `GET /images/:name` shows a variant of a picture. */
export const uploadRoutes = (app: FastifyInstance, context: (requestId: string) => Context): void => {
  app.addContentTypeParser([...contentTypes], { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_, body, done) =>
    done(null, body),
  )

  app.options('/uploads/:id', (_, reply) => allowOrigins(reply).code(204).send())
  app.put<{ Params: { id: string } }>('/uploads/:id', { bodyLimit: MOST_BYTES }, async (request, reply) => {
    allowOrigins(reply)
    const ctx = context(request.id)
    const parsed = query.safeParse(request.query)
    if (!parsed.success || !isId(request.params.id)) throw badUserInput('This is no address of an upload.')
    const { type, size, expires, signature } = parsed.data
    const permission = { id: request.params.id, contentType: type, byteSize: size, expiresAt: expires }
    const secret = ctx.config.UPLOAD_SIGNING_SECRET ?? ctx.config.SERVICE_SECRET
    if (!isSigned(secret, permission, signature)) throw forbidden('The signature of this address is not valid.')
    if (expires < ctx.clock.now().getTime()) throw forbidden('This address has expired; begin another upload.')
    if (request.headers['content-type'] !== type || !Buffer.isBuffer(request.body))
      throw badUserInput(`Send the header content-type: ${type}.`)
    if (request.body.length !== size) throw badUserInput(`Send ${size} bytes, as announced.`)
    await keepSent(ctx.config.UPLOAD_DIRECTORY, permission.id, request.body).catch((error: unknown) => {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
        throw badUserInput('The file was sent already.')
      throw error
    })
    return reply.code(204).send()
  })

  app.get<{ Params: { name: string } }>('/images/:name', async (request, reply) => {
    const [, id = '', size = ''] = image.exec(request.params.name) ?? []
    const known = isId(id) && Object.values(SIZES).some((each) => String(each) === size)
    const bytes = known ? await readImage(context(request.id).config.UPLOAD_DIRECTORY, id, Number(size)) : null
    if (!bytes) throw notFound('Image')
    return reply
      .header('cache-control', 'public, max-age=31536000, immutable')
      .header('x-content-type-options', 'nosniff')
      .header('content-security-policy', "default-src 'none'; sandbox")
      .header('cross-origin-resource-policy', 'cross-origin')
      .type('image/webp')
      .send(bytes)
  })
}
