import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadSupergraph } from '@gigraph/gateway/supergraph'
import { GraphQLError, type GraphQLSchema, parse, validate } from 'graphql'
import { readBlocks, readCommands, readCurlQueries, readLinks, readPaths, readTestTitles } from './ops/markdown.ts'
import { renderVariables } from './ops/variables.ts'

/**
 * `pnpm check:docs`: what the documents name exists (scripts, files, links), what they show runs (operations against the
 * graph's schema), and what is generated is fresh. Prints one line per fault.
 */

const root = fileURLToPath(new URL('../../', import.meta.url))
const read = (path: string): string => readFileSync(join(root, path), 'utf8')

const documents = ['README.md', ...globSync('docs/**/*.md', { cwd: root })].filter((path) =>
  existsSync(join(root, path)),
)
const scripts = new Set(Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts))
const tops = new Set(readdirSync(root))
const supergraph = join(root, 'gateway/supergraph.graphql')
const schema = existsSync(supergraph) ? loadSupergraph(readFileSync(supergraph, 'utf8')).apiSchema : null

const faultsOfQuery = (query: string, against: GraphQLSchema): string[] => {
  try {
    return validate(against, parse(query)).map(({ message }) => message)
  } catch (error) {
    if (error instanceof GraphQLError) return [error.message]
    throw error
  }
}

/** A path of the repository: of an entry that exists at the top. What is made at run time is not there to be checked. */
const isMissing = (path: string): boolean => {
  const [top = ''] = path.split('/')
  if (!tops.has(top) || path.includes('__generated__') || path.startsWith('.data')) return false
  return globSync(path, { cwd: root }).length === 0
}

const faultsOf = (document: string): string[] => {
  const text = read(document)
  const queries = [...readBlocks(text, 'graphql'), ...readCurlQueries(text)]
  return [
    ...readCommands(text)
      .filter((name) => !scripts.has(name))
      .map((name) => `names the script ${name}, which package.json does not have`),
    ...readPaths(text)
      .filter(isMissing)
      .map((path) => `names ${path}, which does not exist`),
    ...readLinks(text)
      .filter((link) => !existsSync(join(root, dirname(document), link)))
      .map((link) => `links to ${link}, which does not exist`),
    ...readTestTitles(text)
      .filter(({ file, title }) => existsSync(join(root, file)) && !read(file).includes(title))
      .map(({ file, title }) => `names the test “${title}”, which ${file} does not have`),
    ...(schema ? queries.flatMap((query) => faultsOfQuery(query, schema)) : []),
  ].map((fault) => `${document}: ${fault}`)
}

const faults = documents.flatMap(faultsOf)
if (!existsSync(join(root, 'docs/VARIABLES.md')) || read('docs/VARIABLES.md') !== renderVariables())
  faults.push('docs/VARIABLES.md is stale: run "pnpm docs:variables" and commit it')

for (const fault of faults) console.error(fault)
const operations = schema ? 'with their operations' : 'without their operations: there is no supergraph yet'
if (faults.length === 0) console.log(`${documents.length} documents checked, ${operations}.`)
process.exitCode = faults.length > 0 ? 1 : 0
