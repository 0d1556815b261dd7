import { readFileSync } from 'node:fs'
import { ConfigurationError } from '@gigraph/shared/config'
import { type GraphQLError, parse } from 'graphql'
import type { GatewayConfiguration } from './config.ts'
import { validateOperation } from './execute/operation-rules.ts'
import { readTrustedDocuments } from './protect/trusted-documents-file.ts'
import { loadSupergraph } from './supergraph/load.ts'

/**
 * What `--check` says of a configuration that is in order: nothing listens, and no service is asked.
 * @throws {ConfigurationError} naming everything that is wrong with the supergraph or the trusted documents
 */
export const checkConfiguration = ({ SUPERGRAPH, TRUSTED_DOCUMENTS }: GatewayConfiguration): string => {
  const { apiSchema, services } = load(SUPERGRAPH)
  const documents = TRUSTED_DOCUMENTS === undefined ? [] : Object.entries(readTrustedDocuments(TRUSTED_DOCUMENTS))
  const faults = documents.flatMap(([hash, source]) =>
    faultsOf(source, (document) => validateOperation(apiSchema, document)).map((fault) => `  ${hash}: ${fault}`),
  )
  if (faults.length > 0) {
    throw new ConfigurationError(
      `${faults.length} fault(s) in trusted documents that this supergraph cannot answer:\n${faults.join('\n')}`,
    )
  }
  const trusted = documents.length > 0 ? `, ${documents.length} trusted documents` : ''
  return `In order: ${services.size} services (${[...services.keys()].join(', ')})${trusted}.`
}

const load = (file: string) => {
  try {
    return loadSupergraph(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be served: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const faultsOf = (
  source: string,
  validate: (document: ReturnType<typeof parse>) => readonly GraphQLError[],
): string[] => {
  try {
    return validate(parse(source)).map(({ message }) => message)
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)]
  }
}
