import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { composeServices } from '@apollo/composition'
import { type BreakingChange, findBreakingChanges, parse } from 'graphql'
import { contradictionIn } from '../plan/requirement-layers.ts'
import { contradictoryFields, readRequirements } from '../plan/requirements.ts'
import { loadSupergraph } from './load.ts'

/** A composed supergraph, or why there is none. */
export type Composition =
  | { readonly supergraphSdl: string; readonly hints: readonly string[]; readonly errors?: undefined }
  | { readonly errors: readonly string[] }

/** A service's name, routing URL and SDL. */
export interface ServiceDefinition {
  readonly name: string
  readonly url: string
  readonly sdl: string
}

/** Composes services into a supergraph; errors name the services, or the fields, that they concern. */
export function compose(services: readonly ServiceDefinition[]): Composition {
  const result = composeServices(services.map(({ name, url, sdl }) => ({ name, url, typeDefs: parse(sdl) })))
  if (result.errors !== undefined) return { errors: result.errors.map((error) => error.message) }
  const contradictory = contradictoryFields(readRequirements(parse(result.supergraphSdl)))
  if (contradictory.length > 0) return { errors: contradictory.map(contradictionIn) }
  return {
    supergraphSdl: `${result.supergraphSdl.trimEnd()}\n`,
    hints: result.hints.filter((hint) => hint.definition.level.value >= WARNING).map((hint) => hint.message),
  }
}

const WARNING = 60

/**
 * Reads the SDL of every folder in `subgraphsFolder`: all its `src/**\/*.graphql` files after those of `commonFolder`,
 * which every service has. A folder without SDL is no subgraph yet and is left out.
 */
export function readServices(subgraphsFolder: string, commonFolder: string): ServiceDefinition[] {
  const common = readGraphqlFiles(commonFolder)
  return readdirSync(subgraphsFolder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ name: entry.name, own: readGraphqlFiles(join(subgraphsFolder, entry.name, 'src')) }))
    .filter(({ own }) => own.length > 0)
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, own }) => ({
      name,
      url: `http://${name}.gigraph.internal/graphql`,
      sdl: [...common, ...own].join('\n'),
    }))
}

function readGraphqlFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.graphql') && !entry.parentPath.includes('node_modules'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
}

/** What clients of the old supergraph could no longer do with the new one. */
export function breakingChanges(oldSdl: string, newSdl: string): BreakingChange[] {
  return findBreakingChanges(loadSupergraph(oldSdl).apiSchema, loadSupergraph(newSdl).apiSchema)
}
