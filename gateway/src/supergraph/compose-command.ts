import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { breakingChanges, compose, readServices } from './compose.ts'

const root = fileURLToPath(new URL('../../..', import.meta.url))
const target = `${root}gateway/supergraph.graphql`

/**
 * `pnpm compose` writes gateway/supergraph.graphql from the subgraphs' SDL. With `--check` it writes nothing and fails when
 * the committed file is stale, naming the breaking changes that composing would bring to clients. With `--hints` it tells what
 * composition remarks, most of it that a type is described differently by its services; else only how much of it there is.
 */
function main(check: boolean): number {
  const composition = compose(readServices(`${root}subgraphs`, `${root}shared/src/graphql`))
  if (composition.errors !== undefined) {
    say(`The subgraphs do not compose:\n${composition.errors.map((error) => `  - ${error}`).join('\n')}`)
    return 1
  }
  announceHints(composition.hints, process.argv.includes('--hints'))
  const committed = existsSync(target) ? readFileSync(target, 'utf8') : undefined
  const isStale = committed !== composition.supergraphSdl
  if (isStale && committed !== undefined) announceBreakingChanges(committed, composition.supergraphSdl)
  if (!isStale) say('gateway/supergraph.graphql is up to date.')
  else if (check) say('gateway/supergraph.graphql is stale: run `pnpm compose` and commit it.')
  else {
    writeFileSync(target, composition.supergraphSdl)
    say('Wrote gateway/supergraph.graphql.')
  }
  return isStale && check ? 1 : 0
}

function announceHints(hints: readonly string[], inFull: boolean): void {
  if (inFull) for (const hint of hints) say(`Hint: ${hint}`)
  else if (hints.length > 0) say(`${hints.length} hints; --hints shows them.`)
}

function announceBreakingChanges(committed: string, composed: string): void {
  const changes = breakingChanges(committed, composed)
  if (changes.length === 0) return
  say(`Breaking for clients:\n${changes.map(({ description }) => `  - ${description}`).join('\n')}`)
}

function say(message: string): void {
  process.stdout.write(`${message}\n`)
}

process.exitCode = main(process.argv.includes('--check'))
