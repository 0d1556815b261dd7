import type { Sharp } from 'sharp'
import { type Cut, type ImageSize, imageSizes } from './purpose.ts'

/** A picture of more pixels is not decoded: a small file can hold a huge one. */
const MOST_PIXELS = 40_000_000
const LONGEST_EDGE = 12_000

/** Formats that are decoded, by sharp's names, with the type that they are kept as. */
const formats: Readonly<Record<string, string>> = {
  jpeg: 'image/jpeg',
  png: 'image/png',
  webp: 'image/webp',
  avif: 'image/avif',
  heif: 'image/avif',
}

/** Why bytes are refused, in words for the one who sent them. */
export interface Refused {
  readonly ok: false
  readonly reason: string
}
const refuse = (reason: string): Refused => ({ ok: false, reason })

export interface Variants {
  readonly ok: true
  readonly width: number
  readonly height: number
  readonly bySize: Readonly<Record<ImageSize, Buffer>>
}

interface Checked {
  readonly ok: true
  readonly contentType: string
  readonly bytes: Uint8Array
}

interface Picture {
  readonly open: () => Sharp
  readonly contentType: string
}

/** Reads the head of a picture, whatever it was called: nothing is decoded before format and size are known to be fine. */
const openPicture = async (bytes: Uint8Array): Promise<Picture | Refused> => {
  const { default: sharp } = await import('sharp')
  const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', animated: false })
  const head = await open()
    .metadata()
    .catch(() => null)
  const contentType = head?.format && formats[head.format]
  if (!contentType) return refuse('This is no picture that can be read.')
  if (Math.max(head.width, head.height) > LONGEST_EDGE || head.width * head.height > MOST_PIXELS)
    return refuse('A picture has at most 12,000 pixels in each direction and 40 million in all.')
  return { open, contentType }
}

const damaged = () => refuse('The picture is damaged.')

/** Three WebP variants of a picture, upright and without metadata. */
export const makeVariants = async (bytes: Uint8Array, { square, edges }: Cut): Promise<Variants | Refused> => {
  const picture = await openPicture(bytes)
  if ('ok' in picture) return picture
  const resize = (size: ImageSize) =>
    picture
      .open()
      .rotate()
      .resize(edges[size], edges[size], square ? { fit: 'cover' } : { fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 80 })
      .toBuffer({ resolveWithObject: true })
  // One after another: each holds the whole picture in memory.
  const made: Partial<Record<ImageSize, Awaited<ReturnType<typeof resize>>>> = {}
  for (const size of imageSizes) {
    const variant = await resize(size).catch(() => null)
    if (!variant) return damaged()
    made[size] = variant
  }
  const { SMALL, MEDIUM, LARGE } = made
  if (!SMALL || !MEDIUM || !LARGE) return damaged()
  const { width, height } = LARGE.info
  return { ok: true, width, height, bySize: { SMALL: SMALL.data, MEDIUM: MEDIUM.data, LARGE: LARGE.data } }
}

const startsWith = (bytes: Uint8Array, text: string): boolean =>
  Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text

/** What a document is by its first bytes; null for what begins like none that is taken. */
const documentType = (bytes: Uint8Array): string | null => {
  if (startsWith(bytes, '%PDF-')) return 'application/pdf'
  if (startsWith(bytes, 'PK\x03\x04') || startsWith(bytes, 'PK\x05\x06')) return 'application/zip'
  return null
}

/** A private file by its content. Pictures are written anew in their own format, without metadata; others stay as they are. */
export const checkDocument = async (bytes: Uint8Array, contentTypes: readonly string[]): Promise<Checked | Refused> => {
  const unexpected = refuse('The content of this file is not of a type that is taken here.')
  const contentType = documentType(bytes)
  if (contentType) return contentTypes.includes(contentType) ? { ok: true, contentType, bytes } : unexpected
  const picture = await openPicture(bytes)
  if ('ok' in picture) return unexpected
  if (!contentTypes.includes(picture.contentType)) return unexpected
  const clean = await picture
    .open()
    .rotate()
    .toBuffer()
    .catch(() => null)
  return clean ? { ok: true, contentType: picture.contentType, bytes: clean } : damaged()
}
