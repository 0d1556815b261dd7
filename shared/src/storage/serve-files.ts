import { Readable, Transform } from 'node:stream'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { badUserInput, forbidden, notFound } from '../errors/index.ts'
import type { Clock } from '../time/index.ts'
import { FILES_PATH } from './local.ts'
import { isSigned, type Permission } from './signature.ts'
import { contentDisposition, isKey, type Storage } from './storage.ts'

interface ServeOptions {
  readonly storage: Storage
  /** The same as the storage's. */
  readonly secret: string
  readonly clock: Clock
  /** A signed upload has arrived and is kept. */
  readonly onReceived: (key: string, requestId: string) => Promise<void>
}

const uploadQuery = z.object({
  type: z.string().max(200),
  size: z.coerce.number().int().min(1),
  expires: z.coerce.number().int(),
  signature: z.string().max(200),
})
const downloadQuery = z.object({
  type: z.string().max(200),
  name: z.string().max(300),
  expires: z.coerce.number().int(),
  signature: z.string().max(200),
})

/** What every file of strangers is served with: it is what we say it is, and nothing in it runs. */
export const protectiveHeaders = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
} as const

/** Browsers of any site may send: the signature in the address is the permission, no cookie is involved. */
const allowOrigins = (reply: FastifyReply) =>
  reply
    .header('access-control-allow-origin', '*')
    .header('access-control-allow-methods', 'PUT')
    .header('access-control-allow-headers', 'content-type')

/** Ends with BAD_USER_INPUT unless exactly `byteSize` bytes come through. */
const exactly = (byteSize: number): Transform => {
  const refused = () => badUserInput(`Send ${byteSize} bytes, as announced.`)
  let seen = 0
  return new Transform({
    transform: (chunk: Buffer, _, done) => {
      seen += chunk.length
      if (seen > byteSize) done(refused())
      else done(null, chunk)
    },
    flush: (done) => done(seen === byteSize ? null : refused()),
  })
}

/**
 * Serves the signed addresses of a folder: `PUT` takes a file straight to the disk, `GET` gives one as a download. Nothing is served
 * when files lie in S3, whose own addresses are signed.
 */
export const serveFiles = async (app: FastifyInstance, options: ServeOptions): Promise<void> => {
  const { storage, secret, clock } = options
  if (storage.kind !== 'local') return

  const check = (permission: Permission, signature: string) => {
    if (!isKey(permission.key) || !isSigned(secret, permission, signature))
      throw forbidden('The signature of this address is not valid.')
    if (permission.expiresAt < clock.now().getTime()) throw forbidden('This address has expired; ask for another.')
  }

  const receive = async (key: string, request: FastifyRequest) => {
    const parsed = uploadQuery.safeParse(request.query)
    if (!parsed.success) throw badUserInput('This is no address of an upload.')
    const { type, size, expires, signature } = parsed.data
    check({ method: 'PUT', key, contentType: type, fileName: '', byteSize: size, expiresAt: expires }, signature)
    if (request.headers['content-type'] !== type || !(request.body instanceof Readable))
      throw badUserInput(`Send the header content-type: ${type}.`)
    if (Number(request.headers['content-length'] ?? size) !== size)
      throw badUserInput(`Send ${size} bytes, as announced.`)
    const content = request.body
    const counted = exactly(size)
    content.on('error', (error) => counted.destroy(error))
    if (!(await storage.put(key, content.pipe(counted), { contentType: type, onlyNew: true })))
      throw badUserInput('The file was sent already.')
    await options.onReceived(key, request.id)
  }

  const give = async (key: string, request: FastifyRequest, reply: FastifyReply) => {
    const parsed = downloadQuery.safeParse(request.query)
    if (!parsed.success) throw badUserInput('This is no address of a file.')
    const { type, name, expires, signature } = parsed.data
    check({ method: 'GET', key, contentType: type, fileName: name, byteSize: 0, expiresAt: expires }, signature)
    const file = await storage.get(key)
    if (!file) throw notFound('File')
    return reply
      .headers(protectiveHeaders)
      .header('content-disposition', contentDisposition(name))
      .header('cache-control', 'private, no-store')
      .header('content-length', file.byteSize)
      .type(type)
      .send(file.stream)
  }

  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_, body, done) => done(null, body))
    const path = `${FILES_PATH}*`
    scope.options(path, (_, reply) => allowOrigins(reply).code(204).send())
    scope.put<{ Params: { '*': string } }>(path, async (request, reply) => {
      allowOrigins(reply)
      await receive(request.params['*'], request)
      return reply.code(204).send()
    })
    scope.get<{ Params: { '*': string } }>(path, (request, reply) => give(request.params['*'], request, reply))
  })
}
