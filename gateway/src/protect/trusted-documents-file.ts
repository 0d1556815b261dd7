import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@gigraph/shared/config'
import { z } from 'zod'
import { sha256, type TrustedDocumentsOptions } from './trusted-documents.ts'

/** As GraphQL Code Generator writes them (`persisted-documents.json`, hash algorithm sha256). */
const plain = z.record(z.string(), z.string())
/** As Apollo's `generate-persisted-query-manifest` writes them. */
const manifest = z.object({
  format: z.literal('apollo-persisted-query-manifest'),
  operations: z.array(z.object({ id: z.string(), body: z.string() })),
})

/**
 * Reads the documents that a graph's clients were built with.
 * @throws {ConfigurationError} the file is missing, is in neither form, or has an id that is not the SHA-256 of its document
 */
export const readTrustedDocuments = (file: string): TrustedDocumentsOptions['manifest'] => {
  const documents = parse(file)
  const foreign = Object.entries(documents).find(([hash, document]) => sha256(document) !== hash)
  if (foreign) throw unusable(file, `"${foreign[0]}" is not the SHA-256 of its document`)
  return documents
}

const parse = (file: string): Record<string, string> => {
  let content: unknown
  try {
    content = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw unusable(file, error instanceof Error ? error.message : String(error))
  }
  const fromApollo = manifest.safeParse(content)
  if (fromApollo.success) return Object.fromEntries(fromApollo.data.operations.map(({ id, body }) => [id, body]))
  const documents = plain.safeParse(content)
  if (documents.success) return documents.data
  throw unusable(file, 'neither an object of documents by their SHA-256 nor a manifest of Apollo')
}

const unusable = (file: string, reason: string) =>
  new ConfigurationError(`gigraph-gateway cannot use TRUSTED_DOCUMENTS ${file}: ${reason}`)
