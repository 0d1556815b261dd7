import { createHash } from 'node:crypto'
import { GraphQLError } from 'graphql'

/** Documents that the clients of this graph were built with. */
export interface TrustedDocumentsOptions {
  /** Document text by the lower-case hexadecimal SHA-256 of it. */
  readonly manifest: Readonly<Record<string, string>>
  /** `log` reports others and runs them; `only` refuses them. `off` still serves the manifest by hash. */
  readonly mode: 'off' | 'log' | 'only'
}

/** Says which documents may run. */
export interface TrustedDocuments {
  /** The document of a hash; `undefined` when the manifest lacks it. */
  find(hash: string): string | undefined
  /** @throws {GraphQLError} PERSISTED_QUERY_NOT_IN_LIST in mode `only` */
  check(hash: string): void
  /** What {@link check} throws, if it does: whoever may not ask is not told either what is wrong with the question. */
  refusalOf(hash: string | undefined): GraphQLError | null
  readonly documents: readonly string[]
}

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** @throws {Error} when a hash of the manifest is not the one of its document */
export const createTrustedDocuments = (
  options: TrustedDocumentsOptions | undefined,
  onUnknown: (hash: string) => void,
): TrustedDocuments => {
  const manifest = new Map(Object.entries(options?.manifest ?? {}))
  for (const [hash, document] of manifest) {
    if (sha256(document) !== hash) throw new Error(`trusted document ${hash} does not have this hash`)
  }
  const mode = options?.mode ?? 'off'
  const refusalOf = (hash: string | undefined) =>
    mode === 'only' && hash !== undefined && !manifest.has(hash) ? notTrusted() : null
  return {
    find: (hash) => manifest.get(hash),
    documents: [...manifest.values()],
    check(hash) {
      if (mode === 'off' || manifest.has(hash)) return
      onUnknown(hash)
      const refusal = refusalOf(hash)
      if (refusal) throw refusal
    },
    refusalOf,
  }
}

const notTrusted = () =>
  new GraphQLError('This operation is not one of the documents that this graph trusts.', {
    extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST', http: { status: 403 } },
  })
