import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isId } from '@gigraph/shared/time'
import sharp from 'sharp'

/** Edge lengths of a picture's variants in pixels. */
export const SIZES = { SMALL: 64, MEDIUM: 192, LARGE: 512 } as const

/** A picture of more pixels is not decoded: a small file can hold a huge one. */
const MOST_PIXELS = 40_000_000

/** No part of a path comes from outside: names are ids. */
const checked = (id: string): string => {
  if (!isId(id)) throw new Error('a file is named by an id')
  return id
}
const sentFile = (directory: string, id: string) => join(directory, 'uploads', checked(id))
const imageFile = (directory: string, id: string, size: number) =>
  join(directory, 'images', `${checked(id)}-${size}.webp`)

const isAbsent = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ENOENT'

const readOptional = (path: string): Promise<Buffer | null> =>
  readFile(path).catch((error: unknown) => {
    if (isAbsent(error)) return null
    throw error
  })

/** Keeps what was sent; once: a second file of the same id is refused with `EEXIST`. */
export const keepSent = async (directory: string, id: string, bytes: Uint8Array): Promise<void> => {
  await mkdir(join(directory, 'uploads'), { recursive: true })
  await writeFile(sentFile(directory, id), bytes, { flag: 'wx' })
}

export const readSent = (directory: string, id: string) => readOptional(sentFile(directory, id))
export const removeSent = (directory: string, id: string) => rm(sentFile(directory, id), { force: true })

/** A variant of a picture; null when there is none. */
export const readImage = (directory: string, id: string, size: number) => readOptional(imageFile(directory, id, size))

export const removeImage = async (directory: string, id: string): Promise<void> => {
  await Promise.all(Object.values(SIZES).map((size) => rm(imageFile(directory, id, size), { force: true })))
}

const FORMATS = new Set(['jpeg', 'png', 'webp', 'avif', 'heif'])

/**
 * Decodes a picture, whatever it was called, and writes its variants: square, upright, as WebP, without metadata.
 *
 * @returns false when the bytes are no picture of an accepted format and size
 */
export const writeAvatar = async (directory: string, id: string, bytes: Uint8Array): Promise<boolean> => {
  const open = () => sharp(bytes, { limitInputPixels: MOST_PIXELS, failOn: 'error', animated: false })
  const format = await open()
    .metadata()
    .then((metadata) => metadata.format)
    .catch(() => undefined)
  if (!format || !FORMATS.has(format)) return false
  await mkdir(join(directory, 'images'), { recursive: true })
  const variants = await Promise.all(
    Object.values(SIZES).map((size) =>
      open().rotate().resize(size, size, { fit: 'cover' }).webp({ quality: 80 }).toBuffer(),
    ),
  ).catch(() => null)
  if (!variants) return false
  await Promise.all(
    Object.values(SIZES).map((size, index) =>
      writeFile(imageFile(directory, id, size), variants[index] ?? Buffer.alloc(0)),
    ),
  )
  return true
}
