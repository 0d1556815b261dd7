import { secret } from '@gigraph/shared/config'
import { z } from 'zod'

/** Variables of the profiles service beyond what every service reads. */
export const configuration = {
  /** Where browsers reach this service's own HTTP server: addresses of uploads and images start with it. */
  PUBLIC_URL: z.url().default('http://localhost:4002'),
  /** Signs the addresses that files are uploaded to; SERVICE_SECRET when absent. */
  UPLOAD_SIGNING_SECRET: secret.optional(),
  /** Where files are kept. */
  UPLOAD_DIRECTORY: z.string().default('.data/files'),
}
