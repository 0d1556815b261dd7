/** One HTTP/1.1 request or response. */
export interface HttpMessage {
  readonly head: string
  readonly body: Buffer
}

const END_OF_HEAD = '\r\n\r\n'
const END_OF_CHUNKS = Buffer.from('0\r\n\r\n')
const LENGTH = /\r\ncontent-length: *(\d+)/i
const NOTHING = Buffer.alloc(0)

/**
 * Reads messages off one keep-alive connection that has one message under way at a time. Knows lengths and chunked bodies
 * (handed on with their chunk heads), and nothing else: reading must cost next to nothing.
 */
export function httpMessages(onMessage: (message: HttpMessage) => void): (chunk: Buffer) => void {
  let head: string | undefined
  let length: number | undefined
  let bytes = 0
  let chunks: Buffer[] = []

  const finish = (): void => {
    const [first = NOTHING] = chunks
    const message = { head: head ?? '', body: chunks.length === 1 ? first : Buffer.concat(chunks) }
    head = undefined
    chunks = []
    bytes = 0
    onMessage(message)
  }

  return (chunk) => {
    let part = chunk
    if (head === undefined) {
      if (chunks.length > 0) part = Buffer.concat([...chunks, chunk])
      const at = part.indexOf(END_OF_HEAD)
      if (at === -1) {
        chunks = [part]
        return
      }
      const start = part.toString('latin1', 0, at + 2)
      head = start
      const given = LENGTH.exec(start)?.[1]
      length = given === undefined ? undefined : Number(given)
      if (length === undefined && !/\r\ntransfer-encoding: *chunked/i.test(start)) length = 0
      part = part.subarray(at + END_OF_HEAD.length)
      chunks = []
    }
    chunks.push(part)
    bytes += part.length
    if (length === undefined ? endsChunks(chunks) : bytes >= length) finish()
  }
}

function endsChunks(chunks: readonly Buffer[]): boolean {
  const last = chunks.at(-1) ?? NOTHING
  const tail = last.length >= END_OF_CHUNKS.length ? last : Buffer.concat(chunks.slice(-END_OF_CHUNKS.length))
  return tail.length >= END_OF_CHUNKS.length && tail.subarray(-END_OF_CHUNKS.length).equals(END_OF_CHUNKS)
}

/** A body without the heads of its chunks. */
export function bodyText({ head, body }: HttpMessage): string {
  if (!/\r\ntransfer-encoding: *chunked/i.test(head)) return body.toString('utf8')
  const parts: Buffer[] = []
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at)
    const size = Number.parseInt(body.toString('latin1', at, end), 16)
    if (!(size > 0)) break
    parts.push(body.subarray(end + 2, end + 2 + size))
    at = end + 4 + size
  }
  return Buffer.concat(parts).toString('utf8')
}
