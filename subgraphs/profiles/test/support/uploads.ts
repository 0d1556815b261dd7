import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Viewer } from '@gigraph/shared/auth'
import { startTestServices } from '@gigraph/shared/testing'
import sharp from 'sharp'
import { profilesService } from '../../src/index.ts'
import { processUpload } from '../../src/upload/process-upload.ts'
import { removeFiles } from '../../src/upload/remove-files.ts'

/** Starts profiles with a folder of its own for files. */
export const startWithFiles = async (environment: Readonly<Record<string, string>> = {}) => {
  const directory = mkdtempSync(join(tmpdir(), 'gigraph-files-'))
  const services = await startTestServices(
    { profiles: profilesService },
    { environment: { UPLOAD_DIRECTORY: directory, ...environment } },
  )
  const { profiles } = services
  const done = new Map<string, number>()

  /** Runs the jobs of that name which were ordered since the last time. */
  const work = async (): Promise<void> => {
    for (const job of [processUpload, removeFiles]) {
      const ordered = await profiles.outbox(job.name)
      for (const data of ordered.slice(done.get(job.name) ?? 0)) await profiles.service.runJob(job.name, data)
      done.set(job.name, ordered.length)
    }
    if ((await profiles.outbox(removeFiles.name)).length > (done.get(removeFiles.name) ?? 0)) await work()
  }

  return {
    profiles,
    work,
    /** Names of the files in a folder. */
    files: (folder: string): string[] =>
      existsSync(join(directory, folder)) ? readdirSync(join(directory, folder)) : [],
    /** Addresses start with PUBLIC_URL; a test reaches the server where it listens. */
    reach: (address: string): URL =>
      address.startsWith('http://localhost:4002')
        ? new URL(new URL(address).pathname + new URL(address).search, profiles.service.url)
        : new URL(address),
    close: async () => {
      await services.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}
export type WithFiles = Awaited<ReturnType<typeof startWithFiles>>

export const picture = (width = 300, height = 200): Promise<Buffer> =>
  sharp({ create: { width, height, channels: 3, background: 'teal' } })
    .withExif({ IFD0: { Artist: 'secret place' } })
    .jpeg()
    .toBuffer()

export const pdf = Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF')

const Begin = /* GraphQL */ `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id status image { id } } request { method url headers { name value } } userErrors { code field } } }`

export interface Announced {
  readonly purpose: string
  readonly contentType?: string
  readonly fileName?: string
  readonly alt?: string
}

/** Begins an upload of these bytes. */
export const begin = async ({ profiles }: WithFiles, viewer: Viewer, bytes: Uint8Array, announced: Announced) => {
  const input = { contentType: 'image/jpeg', byteSize: bytes.length, ...announced }
  return (await profiles.as(viewer).query(Begin, { input })).createUpload as {
    upload: { id: string; status: string; image: null }
    request: { method: string; url: string; headers: { name: string; value: string }[] }
    userErrors: { code: string; field: string[] }[]
  }
}

/** Sends bytes as a request says. */
export const send = (
  services: WithFiles,
  { url, headers }: { url: string; headers: { name: string; value: string }[] },
  bytes: Uint8Array,
) =>
  fetch(services.reach(url), {
    method: 'PUT',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
    body: new Uint8Array(bytes),
  })

/** Begins an upload and sends it; the job has not run yet. */
export const upload = async (services: WithFiles, viewer: Viewer, bytes: Uint8Array, announced: Announced) => {
  const begun = await begin(services, viewer, bytes, announced)
  const answer = await send(services, begun.request, bytes)
  if (!answer.ok) throw new Error(`the upload was refused: ${await answer.text()}`)
  return begun.upload.id
}
