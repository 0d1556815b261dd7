import { expect } from 'vitest'
import type { Viewer } from '../auth/index.ts'
import type { UploadPurpose } from '../uploads/index.ts'
import type { TestService } from './start-test-services.ts'

const files = {
  'image/png': Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'),
  'application/pdf': Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF'),
}

interface FileToUpload {
  readonly purpose: UploadPurpose
  readonly contentType?: keyof typeof files
  readonly fileName?: string
  /** False: only begun. */
  readonly sent?: boolean
}

const Begin = /* GraphQL */ `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id } request { url headers { name value } } } }`

/**
 * An upload of somebody's, through the real way: begun, and its bytes sent to the signed address. Start profiles with
 * `UPLOAD_DIRECTORY` in the environment; until its job `process-upload` has run, the file is PROCESSING.
 *
 * @returns the upload's id
 */
export const uploadFile = async (
  profiles: Pick<TestService, 'as'> & { readonly service: { readonly url: string } },
  viewer: Viewer,
  { purpose, contentType = 'application/pdf', fileName = 'plan.pdf', sent = true }: FileToUpload,
): Promise<string> => {
  const bytes = files[contentType]
  const { createUpload } = await profiles.as(viewer).query(Begin, {
    input: { purpose, contentType, byteSize: bytes.length, fileName },
  })
  const { upload, request } = createUpload
  if (!sent) return upload.id
  const { pathname, search } = new URL(request.url)
  const headers = request.headers.map(({ name, value }: { name: string; value: string }) => [name, value])
  const init = { method: 'PUT', headers: Object.fromEntries(headers), body: new Uint8Array(bytes) }
  expect((await fetch(new URL(pathname + search, profiles.service.url), init)).ok).toBe(true)
  return upload.id
}
