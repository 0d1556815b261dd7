import type { Readable } from 'node:stream'

/** What is put into storage: the whole of it, or a stream. */
export type Content = Uint8Array | Readable

/** A stored file on its way out. Read the stream to its end or destroy it. */
export interface StoredFile {
  readonly stream: Readable
  readonly byteSize: number
}

/** A request that a client sends by itself: to this address, with exactly these headers. */
export interface SignedRequest {
  readonly method: 'PUT'
  readonly url: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
}

/** What an address to send a file to allows: this key, this type, exactly this size, once, until then. */
export interface UploadPermission {
  readonly contentType: string
  readonly byteSize: number
  readonly expiresAt: Date
}

/** What an address to read a file from says: as what it comes, under which name it is saved, until when. */
export interface DownloadPermission {
  readonly contentType: string
  /** Always a download, never shown in place: a file of strangers does not run in our name. */
  readonly fileName: string
  readonly expiresAt: Date
}

/**
 * Where files are kept: a folder or an S3 bucket. Keys are paths of lower-case letters, digits, `.`, `_`, `-` in at most five parts,
 * such as `documents/<id>`; they are made by us and never contain what a client sent.
 */
export interface Storage {
  readonly kind: 'local' | 's3'
  /**
   * Keeps a file; nobody ever sees half of it.
   *
   * @returns false when `onlyNew` and the key is taken; nothing was changed then
   */
  put(
    key: string,
    content: Content,
    options: { readonly contentType: string; readonly onlyNew?: boolean },
  ): Promise<boolean>
  /** Null when there is none. */
  get(key: string): Promise<StoredFile | null>
  /** Null when there is none. */
  find(key: string): Promise<{ readonly byteSize: number } | null>
  /** Deletes what is there of these; repeated calls are fine. */
  delete(keys: readonly string[]): Promise<void>
  /** An address that takes one file without any other proof. */
  signUpload(key: string, permission: UploadPermission): Promise<SignedRequest>
  /** An address that gives one file to whoever has it. */
  signDownload(key: string, permission: DownloadPermission): Promise<string>
  close(): Promise<void>
}

const KEY = /^[a-z0-9][a-z0-9._-]{0,99}(\/[a-z0-9][a-z0-9._-]{0,99}){0,4}$/

/** The key. @throws {Error} when it is none: a defect of ours, for keys never come from outside */
export const checkedKey = (key: string): string => {
  if (!isKey(key)) throw new Error(`${JSON.stringify(key)} is no key of storage`)
  return key
}

/** Whether a text has the form of a key. `..` cannot occur: every part begins with a letter or digit. */
export const isKey = (text: string): boolean => KEY.test(text)

/** The whole of a stored file; for those that are known to be small. */
export const readAll = async ({ stream }: StoredFile): Promise<Buffer> => {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** `attachment` with a file name in any script (RFC 6266; RFC 8187 for what is not ASCII). */
export const contentDisposition = (fileName: string): string => {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|["\\%]/g, '_')
  if (plain === fileName) return `attachment; filename="${plain}"`
  const encoded = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${encoded}`
}
