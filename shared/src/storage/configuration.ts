import { z } from 'zod'
import { httpUrl, secret } from '../config/index.ts'

/** Variables of a service that keeps files: a folder of its own, or with `S3_BUCKET` a bucket. */
export const storageShape = {
  /** Where browsers reach this service's own HTTP server: addresses of files in the folder start with it. */
  PUBLIC_URL: httpUrl('https://files.gigraph.example').default('http://localhost:4002'),
  /** Signs the addresses of files in the folder; SERVICE_SECRET when absent. */
  UPLOAD_SIGNING_SECRET: secret.optional(),
  /** The folder; unused with S3. */
  UPLOAD_DIRECTORY: z.string().default('.data/files'),
  S3_BUCKET: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, { error: 'must be a bucket name, such as gigraph-files' })
    .optional(),
  S3_REGION: z
    .string()
    .regex(/^[a-z0-9-]+$/, { error: 'must look like eu-central-1' })
    .optional(),
  /** For servers that speak S3 but are not Amazon's; they are addressed by path. */
  S3_ENDPOINT: httpUrl('https://storage.example').optional(),
  S3_ACCESS_KEY_ID: z.string().optional(),
  S3_SECRET_ACCESS_KEY: z.string().optional(),
  /** Puts the service's keys under this folder of the bucket, so that several installations can share it. */
  S3_PREFIX: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._-]*$/, { error: 'must be one lower-case word, such as production' })
    .optional(),
}

export type StorageConfiguration = z.output<z.ZodObject<typeof storageShape>>

type Given = Readonly<Record<string, string | undefined>>

/** What is wrong between the variables: each fault in one line, all of them at once. */
export const storageFaults = (given: Given): string[] => {
  const s3 = Object.keys(storageShape).filter((name) => name.startsWith('S3_') && given[name])
  if (s3.length === 0) return []
  const faults: string[] = []
  if (!given.S3_BUCKET) faults.push(`S3_BUCKET: is required with ${s3.join(', ')}`)
  if (!given.S3_REGION) faults.push('S3_REGION: is required with S3, for example eu-central-1')
  if (Boolean(given.S3_ACCESS_KEY_ID) !== Boolean(given.S3_SECRET_ACCESS_KEY))
    faults.push(
      `S3_${given.S3_ACCESS_KEY_ID ? 'SECRET_ACCESS_KEY' : 'ACCESS_KEY_ID'}: give both keys, or neither for the machine's own role`,
    )
  return faults
}
