import { Readable } from 'node:stream'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'
import { type Content, checkedKey, contentDisposition, readAll, type Storage } from './storage.ts'

export interface S3Options {
  readonly bucket: string
  readonly region: string
  /** Another server than Amazon's, addressed by path. */
  readonly endpoint?: string | undefined
  /** The machine's own role when absent. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined
  /** A folder of the bucket, for all keys. */
  readonly prefix?: string | undefined
  readonly now: () => Date
}

/** A call that hangs must not hang its request; S3 answers in less, and the SDK tries three times. */
const CONNECT_MS = 2_000
const IDLE_MS = 10_000
/** Deletions on their way at the same time. */
const AT_ONCE = 20

const isAbsent = (error: unknown): boolean =>
  error instanceof S3ServiceException && error.$metadata.httpStatusCode === 404
/** `If-None-Match: *` met an object: 412, or 409 while another upload of the same key runs. */
const isTaken = (error: unknown): boolean =>
  error instanceof S3ServiceException && [409, 412].includes(error.$metadata.httpStatusCode ?? 0)

/** S3 wants to know the size before the first byte. */
const sized = async (content: Content): Promise<Uint8Array> =>
  content instanceof Readable ? readAll({ stream: content, byteSize: 0 }) : content

/**
 * Files in an S3 bucket, which stays private as a whole: what is public goes through the service. Addresses are signed with
 * Signature Version 4 over method, key, type, size and expiry.
 */
export const openS3Storage = ({ bucket, region, endpoint, credentials, prefix, now }: S3Options): Storage => {
  const client = new S3Client({
    region,
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(credentials && { credentials }),
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
    // Signed addresses would otherwise demand the checksum of an empty body.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  })
  const objectOf = (key: string) => ({
    Bucket: bucket,
    Key: prefix ? `${prefix}/${checkedKey(key)}` : checkedKey(key),
  })
  const secondsUntil = (instant: Date) => Math.max(1, Math.round((instant.getTime() - now().getTime()) / 1_000))

  return {
    kind: 's3',
    put: async (key, content, { contentType, onlyNew = false }) => {
      const Body = await sized(content)
      const condition = onlyNew ? { IfNoneMatch: '*' } : {}
      try {
        await client.send(new PutObjectCommand({ ...objectOf(key), Body, ContentType: contentType, ...condition }))
        return true
      } catch (error) {
        if (onlyNew && isTaken(error)) return false
        throw error
      }
    },
    get: async (key) => {
      try {
        const { Body, ContentLength } = await client.send(new GetObjectCommand(objectOf(key)))
        if (!(Body instanceof Readable)) throw new Error(`S3 gave no body for ${key}`)
        return { stream: Body, byteSize: ContentLength ?? 0 }
      } catch (error) {
        if (isAbsent(error)) return null
        throw error
      }
    },
    find: async (key) => {
      try {
        const { ContentLength } = await client.send(new HeadObjectCommand(objectOf(key)))
        return { byteSize: ContentLength ?? 0 }
      } catch (error) {
        if (isAbsent(error)) return null
        throw error
      }
    },
    delete: async (keys) => {
      for (let start = 0; start < keys.length; start += AT_ONCE)
        await Promise.all(
          keys.slice(start, start + AT_ONCE).map((key) => client.send(new DeleteObjectCommand(objectOf(key)))),
        )
    },
    signUpload: async (key, { contentType, byteSize, expiresAt }) => {
      const command = new PutObjectCommand({
        ...objectOf(key),
        ContentType: contentType,
        ContentLength: byteSize,
        IfNoneMatch: '*',
      })
      const url = await getSignedUrl(client, command, {
        expiresIn: secondsUntil(expiresAt),
        signingDate: now(),
        signableHeaders: new Set(['content-type', 'content-length', 'if-none-match', 'host']),
        unhoistableHeaders: new Set(['if-none-match']),
      })
      const headers = [
        { name: 'content-type', value: contentType },
        { name: 'if-none-match', value: '*' },
      ]
      return { method: 'PUT', url, headers }
    },
    signDownload: (key, { contentType, fileName, expiresAt }) =>
      getSignedUrl(
        client,
        new GetObjectCommand({
          ...objectOf(key),
          ResponseContentType: contentType,
          ResponseContentDisposition: contentDisposition(fileName),
          ResponseCacheControl: 'private, no-store',
        }),
        { expiresIn: secondsUntil(expiresAt), signingDate: now() },
      ),
    close: async () => client.destroy(),
  }
}
