import { HttpFailure } from './http-failure.ts'

/** An HTTP answer, read to its end. */
export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

/** What framing of RFC 9112 §6 a body has, and what of it comes next. */
type Phase = 'head' | 'length' | 'until close' | 'chunk size' | 'chunk' | 'chunk end' | 'trailer' | 'done'

/** What the head says of the connection after this answer. */
interface Persistence {
  /** False: the service closes the connection, or may. */
  readonly reusable: boolean
  /** How long the service keeps the connection when nothing is sent, as far as it says. */
  readonly keepAliveMs: number | undefined
}

const HEAD_END = Buffer.from('\r\n\r\n')
const LINE_END = Buffer.from('\r\n')
const MAX_HEAD_BYTES = 64 * 1024
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: |$)/
const CHUNK_SIZE = /^([\da-f]{1,8})[\t ]*(?:;|$)/i
const NO_BODY = new Set([204, 304])

/**
 * Reads the answers of one HTTP/1.1 connection, one after the other, in whatever pieces they arrive. Bytes are taken within
 * {@link read}: the buffer may be used again afterwards.
 */
export class HttpResponseReader {
  readonly #maxBytes: number
  #phase: Phase = 'head'
  #status = 0
  #persistence: Persistence = { reusable: true, keepAliveMs: undefined }
  /** The beginning of a head or line whose end has not come. */
  #begun: Buffer | undefined
  /** Of the body or the chunk. */
  #missing = 0
  #body: Buffer | undefined
  #parts: Buffer[] = []
  #received = 0
  #text: string | undefined

  /** @param maxBytes the longest body */
  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes
  }

  /**
   * Takes the first `size` bytes; true when the answer is complete.
   * @throws {HttpFailure} not HTTP/1.1, too long, or more than one answer
   */
  read(bytes: Buffer, size: number): boolean {
    let at = 0
    while (at < size && this.#phase !== 'done') at = this.#step(bytes, at, size)
    if (at < size) throw new HttpFailure('INVALID_HTTP', 'more bytes than one answer has')
    return this.#phase === 'done'
  }

  /** The connection has ended; true when that completes the answer. */
  end(): boolean {
    if (this.#phase === 'until close') this.#phase = 'done'
    return this.#phase === 'done'
  }

  /** The complete answer, and what becomes of the connection; ready for the next one then. */
  take(): HttpAnswer & Persistence {
    const text = this.#text ?? this.#join()
    const answer = { status: this.#status, text, ...this.#persistence }
    this.#phase = 'head'
    this.#body = undefined
    this.#parts = []
    this.#received = 0
    this.#text = undefined
    return answer
  }

  #join(): string {
    const [first, second] = this.#parts
    if (this.#body !== undefined) return this.#body.toString()
    return first === undefined ? '' : (second === undefined ? first : Buffer.concat(this.#parts)).toString()
  }

  /** Reads one thing and returns where the next one begins. */
  #step(bytes: Buffer, at: number, size: number): number {
    switch (this.#phase) {
      case 'head':
        return this.#delimited(bytes, at, size, HEAD_END, (head, next) => this.#readHead(head, bytes, next, size))
      case 'length':
        return this.#readLength(bytes, at, size)
      case 'chunk':
        return this.#readChunk(bytes, at, size)
      case 'until close':
        return this.#keep(bytes, at, size)
      default:
        return this.#delimited(bytes, at, size, LINE_END, (line, next) => this.#readLine(line, next))
    }
  }

  /** Calls `read` with the text up to a delimiter, or keeps what there is until the rest arrives. */
  #delimited(
    bytes: Buffer,
    at: number,
    size: number,
    delimiter: Buffer,
    read: (text: string, next: number) => number,
  ): number {
    if (this.#begun === undefined) {
      const found = bytes.indexOf(delimiter, at)
      const next = found + delimiter.length
      // What lies beyond `size` is left from an earlier read.
      if (found !== -1 && next <= size) return read(bytes.toString('latin1', at, found), next)
    }
    const known = this.#begun?.length ?? 0
    const begun = Buffer.concat([this.#begun ?? Buffer.alloc(0), bytes.subarray(at, size)])
    const found = begun.indexOf(delimiter)
    if (found === -1) {
      if (begun.length > MAX_HEAD_BYTES) throw new HttpFailure('INVALID_HTTP', 'a head or line without end')
      this.#begun = begun
      return size
    }
    this.#begun = undefined
    return read(begun.toString('latin1', 0, found), at + found + delimiter.length - known)
  }

  #readHead(head: string, bytes: Buffer, next: number, size: number): number {
    const statusLine = STATUS_LINE.exec(head)
    if (statusLine === null) throw new HttpFailure('INVALID_HTTP', 'no status line')
    this.#status = Number(statusLine[2])
    // Informational: the answer itself follows.
    if (this.#status < 200) return next
    const { length, isChunked, ...persistence } = readHeaders(head, statusLine[1] === '1')
    const hasBody = !NO_BODY.has(this.#status)
    this.#persistence =
      hasBody && length === undefined && !isChunked ? { ...persistence, reusable: false } : persistence
    if (!hasBody || length === 0) this.#phase = 'done'
    else if (isChunked) this.#phase = 'chunk size'
    else if (length === undefined) this.#phase = 'until close'
    else {
      this.#admit(length)
      this.#missing = length
      if (size - next === length) {
        // All of it is here, as nearly always: straight to text.
        this.#text = bytes.toString('utf8', next, size)
        this.#phase = 'done'
        return size
      }
      this.#phase = 'length'
    }
    return next
  }

  #readLength(bytes: Buffer, at: number, size: number): number {
    this.#body ??= Buffer.allocUnsafe(this.#missing)
    const next = Math.min(size, at + this.#missing)
    bytes.copy(this.#body, this.#body.length - this.#missing, at, next)
    this.#missing -= next - at
    if (this.#missing === 0) this.#phase = 'done'
    return next
  }

  #readChunk(bytes: Buffer, at: number, size: number): number {
    const next = this.#keep(bytes, at, Math.min(size, at + this.#missing))
    this.#missing -= next - at
    if (this.#missing === 0) this.#phase = 'chunk end'
    return next
  }

  #keep(bytes: Buffer, at: number, end: number): number {
    this.#admit(end - at)
    this.#parts.push(Buffer.from(bytes.subarray(at, end)))
    return end
  }

  #readLine(line: string, next: number): number {
    if (this.#phase === 'chunk size') {
      const size = CHUNK_SIZE.exec(line)?.[1]
      if (size === undefined) throw new HttpFailure('INVALID_HTTP', 'no chunk size')
      this.#missing = Number.parseInt(size, 16)
      this.#phase = this.#missing === 0 ? 'trailer' : 'chunk'
    } else if (this.#phase === 'trailer') {
      if (line === '') this.#phase = 'done'
    } else {
      if (line !== '') throw new HttpFailure('INVALID_HTTP', 'a chunk longer than its size')
      this.#phase = 'chunk size'
    }
    return next
  }

  #admit(size: number): void {
    this.#received += size
    if (this.#received > this.#maxBytes) throw new HttpFailure('ANSWER_TOO_LONG', `more than ${this.#maxBytes} bytes`)
  }
}

interface Headers extends Persistence {
  readonly length: number | undefined
  readonly isChunked: boolean
}

/** The few headers that decide where an answer ends and whether the connection stays. */
function readHeaders(head: string, isHttp11: boolean): Headers {
  let length: number | undefined
  let isChunked = false
  let reusable = isHttp11
  let keepAliveMs: number | undefined
  for (let start = head.indexOf('\r\n'); start !== -1; ) {
    const end = head.indexOf('\r\n', start + 2)
    const colon = head.indexOf(':', start)
    // Most names have other lengths than these; they are not even cut out.
    const size = colon - start - 2
    if (size === 14 || size === 17 || size === 10) {
      const value = head.slice(colon + 1, end === -1 ? undefined : end).trim()
      switch (head.slice(start + 2, colon).toLowerCase()) {
        case 'content-length':
          length = lengthOf(value, length)
          break
        case 'transfer-encoding':
          if (value.toLowerCase() !== 'chunked') throw new HttpFailure('INVALID_HTTP', `transfer encoding ${value}`)
          isChunked = true
          break
        case 'connection':
          if (/\bclose\b/i.test(value)) reusable = false
          else if (/\bkeep-alive\b/i.test(value)) reusable = true
          break
        case 'keep-alive': {
          const seconds = /\btimeout=(\d+)/i.exec(value)?.[1]
          if (seconds !== undefined) keepAliveMs = Number(seconds) * 1_000
        }
      }
    }
    start = end
  }
  // RFC 9112 §6.3: with both, chunks count, and what follows is not to be trusted.
  if (isChunked && length !== undefined) return { length: undefined, isChunked, reusable: false, keepAliveMs }
  return { length, isChunked, reusable, keepAliveMs }
}

function lengthOf(value: string, known: number | undefined): number {
  const length = /^\d{1,15}$/.test(value) ? Number(value) : undefined
  if (length === undefined || (known !== undefined && known !== length)) {
    throw new HttpFailure('INVALID_HTTP', 'no single content length')
  }
  return length
}
