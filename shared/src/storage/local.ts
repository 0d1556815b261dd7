import { createReadStream, createWriteStream } from 'node:fs'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { sign } from './signature.ts'
import { type Content, checkedKey, type Storage } from './storage.ts'

export interface LocalOptions {
  readonly directory: string
  readonly secret: string
  /** Where the service that serves the folder is reached. */
  readonly publicUrl: string
}

/** Path of the addresses that `serveFiles` answers. */
export const FILES_PATH = '/files/'

const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

/** Writes beside the place and moves it there once it is whole and on the disk. */
const writeWhole = async (path: string, content: Content, onlyNew: boolean): Promise<boolean> => {
  await mkdir(dirname(path), { recursive: true })
  const draft = `${path}.${crypto.randomUUID()}.draft`
  try {
    await pipeline(
      content instanceof Readable ? content : Readable.from([content]),
      createWriteStream(draft, { flush: true }),
    )
    if (!onlyNew) await rename(draft, path)
    else await link(draft, path)
    return true
  } catch (error) {
    if (onlyNew && hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    await rm(draft, { force: true })
  }
}

/** Opens a file; null when there is none. */
const openOptional = async (path: string) => {
  try {
    return await open(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

const headersOf = (contentType: string) => [{ name: 'content-type', value: contentType }]

/** Files in a folder. The service that opens it serves its signed addresses with `serveFiles`. */
export const openLocalStorage = ({ directory, secret, publicUrl }: LocalOptions): Storage => {
  const pathOf = (key: string) => join(directory, ...checkedKey(key).split('/'))

  const address = (key: string, parameters: Record<string, string>, signature: string): string => {
    const url = new URL(`${FILES_PATH}${checkedKey(key)}`, publicUrl)
    url.search = new URLSearchParams({ ...parameters, signature }).toString()
    return url.href
  }

  return {
    kind: 'local',
    put: (key, content, { onlyNew = false }) => writeWhole(pathOf(key), content, onlyNew),
    get: async (key) => {
      const file = await openOptional(pathOf(key))
      if (!file) return null
      const { size } = await file.stat()
      return { stream: createReadStream('', { fd: file }), byteSize: size }
    },
    find: async (key) => {
      const file = await openOptional(pathOf(key))
      if (!file) return null
      const { size } = await file.stat().finally(() => file.close())
      return { byteSize: size }
    },
    delete: async (keys) => {
      await Promise.all(keys.map((key) => rm(pathOf(key), { force: true })))
    },
    signUpload: async (key, { contentType, byteSize, expiresAt }) => {
      const expires = expiresAt.getTime()
      const permission = { method: 'PUT', key, contentType, fileName: '', byteSize, expiresAt: expires } as const
      const parameters = { type: contentType, size: String(byteSize), expires: String(expires) }
      return { method: 'PUT', url: address(key, parameters, sign(secret, permission)), headers: headersOf(contentType) }
    },
    signDownload: async (key, { contentType, fileName, expiresAt }) => {
      const expires = expiresAt.getTime()
      const permission = { method: 'GET', key, contentType, fileName, byteSize: 0, expiresAt: expires } as const
      const parameters = { type: contentType, name: fileName, expires: String(expires) }
      return address(key, parameters, sign(secret, permission))
    },
    close: async () => {},
  }
}
