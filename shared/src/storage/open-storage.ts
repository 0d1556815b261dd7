import { ConfigurationError } from '../config/index.ts'
import type { Clock } from '../time/index.ts'
import { type StorageConfiguration, storageFaults } from './configuration.ts'
import { openLocalStorage } from './local.ts'
import type { Storage } from './storage.ts'

interface OpenOptions {
  readonly config: StorageConfiguration & { readonly SERVICE_SECRET: string }
  readonly clock: Clock
}

/**
 * Opens where a service keeps its files: the folder `UPLOAD_DIRECTORY`, or the bucket `S3_BUCKET`. The S3 client is loaded only then.
 *
 * @throws {ConfigurationError} when the `S3_*` variables do not fit together, with every fault
 */
export const openStorage = async ({ config, clock }: OpenOptions): Promise<Storage> => {
  const faults = storageFaults(config)
  if (faults.length > 0) throw new ConfigurationError(`storage cannot be opened:\n  ${faults.join('\n  ')}`)
  const { S3_BUCKET, S3_REGION, S3_ACCESS_KEY_ID, S3_SECRET_ACCESS_KEY } = config
  if (!S3_BUCKET || !S3_REGION)
    return openLocalStorage({
      directory: config.UPLOAD_DIRECTORY,
      secret: config.UPLOAD_SIGNING_SECRET ?? config.SERVICE_SECRET,
      publicUrl: config.PUBLIC_URL,
    })
  const { openS3Storage } = await import('./s3.ts')
  return openS3Storage({
    bucket: S3_BUCKET,
    region: S3_REGION,
    endpoint: config.S3_ENDPOINT,
    credentials:
      S3_ACCESS_KEY_ID && S3_SECRET_ACCESS_KEY
        ? { accessKeyId: S3_ACCESS_KEY_ID, secretAccessKey: S3_SECRET_ACCESS_KEY }
        : undefined,
    prefix: config.S3_PREFIX,
    now: () => clock.now(),
  })
}
