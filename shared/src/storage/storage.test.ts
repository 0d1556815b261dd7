import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import fastify, { type FastifyInstance } from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ApplicationError } from '../errors/index.ts'
import { createTestClock } from '../testing/index.ts'
import { makeId, after as since } from '../time/index.ts'
import { storageFaults } from './configuration.ts'
import { openStorage } from './open-storage.ts'
import { serveFiles } from './serve-files.ts'
import { contentDisposition, readAll, type Storage } from './storage.ts'
import { startS3 } from './testing/index.ts'

const secret = 'a secret of this test, of no worth elsewhere'
const directory = mkdtempSync(join(tmpdir(), 'gigraph-storage-'))
const received: string[] = []
let app: FastifyInstance
let s3: Awaited<ReturnType<typeof startS3>>
const stores: Record<string, Storage> = {}
const clock = createTestClock()

const open = (more: object) =>
  openStorage({
    config: { SERVICE_SECRET: secret, UPLOAD_DIRECTORY: directory, PUBLIC_URL: 'http://localhost', ...more },
    clock,
  })

beforeAll(async () => {
  app = fastify()
  app.setErrorHandler((error, _, reply) =>
    reply.code(error instanceof ApplicationError && error.code === 'FORBIDDEN' ? 403 : 400).send(String(error)),
  )
  const served = await open({})
  await serveFiles(app, {
    storage: served,
    secret,
    clock,
    onReceived: async (key) => {
      received.push(key)
    },
  })
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  s3 = await startS3()
  stores.folder = await open({ PUBLIC_URL: url })
  stores.bucket = await open({
    S3_BUCKET: s3.bucket,
    S3_REGION: 'eu-central-1',
    S3_ENDPOINT: s3.url,
    S3_ACCESS_KEY_ID: s3.keys.accessKeyId,
    S3_SECRET_ACCESS_KEY: s3.keys.secretAccessKey,
    S3_PREFIX: 'test',
  })
})
afterAll(async () => {
  await Promise.all(Object.values(stores).map((store) => store.close()))
  await app.close()
  await s3.stop()
  rmSync(directory, { recursive: true, force: true })
})

const bytes = Buffer.from('what somebody keeps here')
const read = async (store: Storage, key: string) => {
  const file = await store.get(key)
  return file && (await readAll(file)).toString()
}
const put = (url: string, body: Uint8Array, headers: Record<string, string>) =>
  fetch(url, { method: 'PUT', headers, body: new Uint8Array(body) })
const headersOf = (list: readonly { name: string; value: string }[]) =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]))

describe.each(['folder', 'bucket'])('files in a %s', (where) => {
  const store = () => stores[where] as Storage
  const key = () => `documents/${makeId()}`

  test('are kept whole, found, replaced and deleted', async () => {
    const name = key()
    expect(await store().get(name)).toBeNull()
    expect(await store().find(name)).toBeNull()
    await store().put(name, bytes, { contentType: 'text/plain' })
    expect(await store().find(name)).toEqual({ byteSize: bytes.length })
    expect(await read(store(), name)).toBe(bytes.toString())
    await store().put(name, Readable.from([Buffer.from('a '), Buffer.from('stream')]), { contentType: 'text/plain' })
    expect(await read(store(), name)).toBe('a stream')
    await store().delete([name, key()])
    await store().delete([name])
    expect(await store().find(name)).toBeNull()
  })

  test('are given to whoever has a signed address, as a download, until it expires', async () => {
    const name = key()
    await store().put(name, bytes, { contentType: 'text/html' })
    const expiresAt = since(clock.now(), '10m')
    const url = await store().signDownload(name, { contentType: 'text/html', fileName: 'My file.html', expiresAt })
    const answer = await fetch(url)
    expect(await answer.text()).toBe(bytes.toString())
    expect(answer.headers.get('content-type')).toBe('text/html')
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="My file.html"')
    expect(answer.headers.get('cache-control')).toBe('private, no-store')
    expect((await fetch(url.replace(name, key()))).status).toBe(403)
    expect((await fetch(url.replace('html', 'plain'))).status).toBe(403)
  })

  test('are taken at a signed address only as they were announced', async () => {
    const name = key()
    const permission = { contentType: 'text/plain', byteSize: bytes.length, expiresAt: since(clock.now(), '15m') }
    const { url, headers } = await store().signUpload(name, permission)
    const right = headersOf(headers)
    expect((await put(url, bytes.subarray(1), right)).ok).toBe(false)
    expect((await put(url, Buffer.concat([bytes, bytes]), right)).ok).toBe(false)
    expect((await put(url, bytes, { ...right, 'content-type': 'text/html' })).ok).toBe(false)
    expect((await put(url.replace(name, key()), bytes, right)).status).toBe(403)
    expect(await store().find(name)).toBeNull()
    expect((await put(url, bytes, right)).ok).toBe(true)
    expect(await read(store(), name)).toBe(bytes.toString())
  })
})

test('a folder is told of what arrived, takes it once, and refuses late addresses', async () => {
  const store = stores.folder as Storage
  const key = `uploads/${makeId()}`
  const permission = { contentType: 'text/plain', byteSize: bytes.length, expiresAt: since(clock.now(), '15m') }
  const { url, headers } = await store.signUpload(key, permission)
  const answers = await Promise.all(Array.from({ length: 4 }, () => put(url, bytes, headersOf(headers))))
  expect(answers.map(({ status }) => status).toSorted()).toEqual([204, 400, 400, 400])
  expect(received.filter((each) => each === key)).toHaveLength(1)
  expect(readdirSync(join(directory, 'uploads')).filter((name) => name.endsWith('.draft'))).toEqual([])
  const link = await store.signDownload(key, { contentType: 'text/plain', fileName: 'x', expiresAt: clock.now() })
  const shown = await fetch(link)
  expect(shown.headers.get('x-content-type-options')).toBe('nosniff')
  expect(shown.headers.get('content-security-policy')).toContain('sandbox')
  clock.advance('16m')
  expect((await fetch(link)).status).toBe(403)
  expect((await put(url, bytes, headersOf(headers))).status).toBe(403)
  clock.advance('-16m')
})

test('a folder keeps nothing of a transfer that breaks off', async () => {
  const store = stores.folder as Storage
  const key = `uploads/${makeId()}`
  const { url, headers } = await store.signUpload(key, {
    contentType: 'text/plain',
    byteSize: 1_000_000,
    expiresAt: since(clock.now(), '15m'),
  })
  const controller = new AbortController()
  const sent = fetch(url, {
    method: 'PUT',
    headers: headersOf(headers),
    body: new ReadableStream({ start: (stream) => stream.enqueue(new Uint8Array(1_000)) }),
    signal: controller.signal,
    duplex: 'half',
  } as RequestInit)
  await expect
    .poll(() => readdirSync(join(directory, 'uploads')).some((name) => name.includes(key.slice(8))))
    .toBe(true)
  controller.abort()
  await expect(sent).rejects.toThrow()
  await expect
    .poll(() => readdirSync(join(directory, 'uploads')).filter((name) => name.includes(key.slice(8))))
    .toEqual([])
})

test('a bucket is asked to take a signed upload once', async () => {
  const { url, headers } = await (stores.bucket as Storage).signUpload('documents/one', {
    contentType: 'text/plain',
    byteSize: 5,
    expiresAt: since(clock.now(), '15m'),
  })
  const signed = new URL(url).searchParams
  expect(signed.get('X-Amz-SignedHeaders')).toBe('content-length;content-type;host;if-none-match')
  expect(signed.get('X-Amz-Expires')).toBe('900')
  expect([...signed.keys()].filter((name) => /checksum/i.test(name))).toEqual([])
  expect(headersOf(headers)).toEqual({ 'content-type': 'text/plain', 'if-none-match': '*' })
})

test.each(['', '/etc/passwd', '../x', 'a/../b', 'a//b', 'A', 'a/.b', 'a\\b', 'a\0', 'a/b/c/d/e/f'])(
  '%j is no key',
  async (key) => {
    for (const store of Object.values(stores)) await expect(store.find(key)).rejects.toThrow('is no key of storage')
    const forged = await fetch(
      new URL(`/files/${encodeURIComponent(key)}?type=a&name=b&expires=9999999999999&signature=0`, app.listeningOrigin),
    )
    expect(forged.status).toBe(403)
  },
)

test('every fault of the S3 variables is told at once', () => {
  expect(storageFaults({})).toEqual([])
  expect(storageFaults({ S3_BUCKET: 'b', S3_REGION: 'r' })).toEqual([])
  expect(storageFaults({ S3_ENDPOINT: 'http://x', S3_SECRET_ACCESS_KEY: 's' })).toEqual([
    'S3_BUCKET: is required with S3_ENDPOINT, S3_SECRET_ACCESS_KEY',
    'S3_REGION: is required with S3, for example eu-central-1',
    "S3_ACCESS_KEY_ID: give both keys, or neither for the machine's own role",
  ])
})

test('file names of strangers stay within their header', () => {
  expect(contentDisposition('Añ "1".html')).toBe(
    `attachment; filename="A_ _1_.html"; filename*=UTF-8''A%C3%B1%20%221%22.html`,
  )
  expect(contentDisposition('a\r\nset-cookie: x"; \\')).not.toMatch(/[\r\n\\]/)
})
