import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HttpResponseReader } from './http-response-reader.ts'

const MAX_BYTES = 10_000
/** What a connection reads into: longer than any answer here, and never clean. */
const BUFFER = Buffer.alloc(64 * 1024, '\r\n\r\n')

/** Reads an answer in pieces, all through one buffer that keeps what earlier pieces left in it. */
function readInPieces(reader: HttpResponseReader, answer: Buffer, cuts: readonly number[]): boolean {
  const ends = [...new Set([...cuts.map((cut) => cut % answer.length), answer.length])].sort((a, b) => a - b)
  let complete = false
  let at = 0
  for (const end of ends.filter((each) => each > 0)) {
    answer.copy(BUFFER, 0, at, end)
    complete = reader.read(BUFFER, end - at)
    at = end
  }
  return complete
}

const lengths = (body: Buffer) =>
  Buffer.concat([
    Buffer.from(`HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\nkeep-alive: timeout=7\r\n\r\n`),
    body,
  ])

function chunks(body: Buffer, size: number, trailer: string): Buffer {
  const parts: Buffer[] = [Buffer.from('HTTP/1.1 207 Some\r\nTransfer-Encoding: Chunked\r\nx-other: 1\r\n\r\n')]
  for (let at = 0; at < body.length; at += size) {
    const chunk = body.subarray(at, at + size)
    parts.push(Buffer.from(`${chunk.length.toString(16)};ext=1\r\n`), chunk, Buffer.from('\r\n'))
  }
  return Buffer.concat([...parts, Buffer.from(`0\r\n${trailer}\r\n`)])
}

const arbitraryBody = fc.string({ unit: 'binary', maxLength: 300 })
const arbitraryCuts = fc.array(fc.nat(), { maxLength: 12 })

test('an answer is the same in whatever pieces it arrives', () => {
  const reader = new HttpResponseReader(MAX_BYTES)
  fc.assert(
    fc.property(
      arbitraryBody,
      arbitraryCuts,
      fc.integer({ min: 1, max: 99 }),
      fc.constantFrom('', 'x-sum: 1\r\n'),
      (body, cuts, size, trailer) => {
        const bytes = Buffer.from(body)
        const text = bytes.toString()
        expect(readInPieces(reader, lengths(bytes), cuts)).toBe(true)
        expect(reader.take()).toEqual({ status: 200, text, reusable: true, keepAliveMs: 7_000 })
        expect(readInPieces(reader, chunks(bytes, size, trailer), cuts)).toBe(true)
        expect(reader.take()).toEqual({ status: 207, text, reusable: true, keepAliveMs: undefined })
      },
    ),
  )
})

test('without a length, an answer ends with its connection', () => {
  fc.assert(
    fc.property(arbitraryBody, arbitraryCuts, (body, cuts) => {
      const reader = new HttpResponseReader(MAX_BYTES)
      expect(readInPieces(reader, Buffer.from(`HTTP/1.1 200 OK\r\n\r\n${body}`), cuts)).toBe(false)
      expect(reader.end()).toBe(true)
      expect(reader.take()).toMatchObject({ text: Buffer.from(body).toString(), reusable: false })
    }),
  )
})

const read = (answer: string) => {
  const reader = new HttpResponseReader(MAX_BYTES)
  const bytes = Buffer.from(answer)
  const complete = reader.read(bytes, bytes.length)
  return complete ? reader.take() : undefined
}

test('says whether the connection stays', () => {
  const empty = 'content-length: 0\r\n'
  expect(read(`HTTP/1.1 200 OK\r\n${empty}\r\n`)).toMatchObject({ text: '', reusable: true })
  expect(read(`HTTP/1.1 200 OK\r\n${empty}Connection: x, Close\r\n\r\n`)).toMatchObject({ reusable: false })
  expect(read(`HTTP/1.0 200 OK\r\n${empty}\r\n`)).toMatchObject({ reusable: false })
  expect(read(`HTTP/1.0 200 OK\r\n${empty}connection: keep-alive\r\n\r\n`)).toMatchObject({ reusable: true })
})

test('an answer may have no body, or something before it', () => {
  expect(read('HTTP/1.1 204 No Content\r\n\r\n')).toMatchObject({ status: 204, text: '', reusable: true })
  expect(read('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok')).toMatchObject({
    status: 200,
    text: 'ok',
  })
})

test('when a length and chunks are given, chunks count and the connection goes', () => {
  const head = 'HTTP/1.1 200 OK\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n\r\n'
  expect(read(`${head}2\r\nok\r\n0\r\n\r\n`)).toMatchObject({ text: 'ok', reusable: false })
})

test.each([
  ['not HTTP', 'SSH-2.0-OpenSSH\r\n\r\n', 'INVALID_HTTP'],
  ['HTTP/2', 'HTTP/2 200\r\n\r\n', 'INVALID_HTTP'],
  ['two lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n', 'INVALID_HTTP'],
  ['a negative length', 'HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n', 'INVALID_HTTP'],
  ['compression that nobody asked for', 'HTTP/1.1 200 OK\r\ntransfer-encoding: gzip\r\n\r\n', 'INVALID_HTTP'],
  ['no chunk size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\nxyz\r\n', 'INVALID_HTTP'],
  ['a chunk of another size', 'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nabc\r\n', 'INVALID_HTTP'],
  ['a second answer', 'HTTP/1.1 200 OK\r\ncontent-length: 1\r\n\r\nabc', 'INVALID_HTTP'],
  ['a head without end', `HTTP/1.1 200 OK\r\nx: ${'y'.repeat(70_000)}`, 'INVALID_HTTP'],
  ['a length beyond the limit', `HTTP/1.1 200 OK\r\ncontent-length: ${MAX_BYTES + 1}\r\n\r\n`, 'ANSWER_TOO_LONG'],
  ['a body beyond the limit', `HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(MAX_BYTES + 1)}`, 'ANSWER_TOO_LONG'],
])('refuses %s', (_what, answer, code) => {
  expect(() => read(answer)).toThrow(expect.objectContaining({ code }))
})
