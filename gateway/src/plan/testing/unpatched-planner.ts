import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type * as Planning from '@apollo/query-planner'

const require = createRequire(import.meta.url)
const PATCH = new URL('../../../../patches/@apollo__query-planner@2.14.4.patch', import.meta.url)

/**
 * The query planner as it is published: a copy of the package with our patch taken back.
 * @throws Error when the installed package does not have the patch
 */
export async function loadUnpatchedPlanner(): Promise<typeof Planning> {
  const installed = dirname(dirname(require.resolve('@apollo/query-planner')))
  const folder = await mkdtemp(join(tmpdir(), 'unpatched-planner-'))
  try {
    const copy = join(folder, 'query-planner')
    await mkdir(copy)
    await cp(join(installed, 'package.json'), join(copy, 'package.json'))
    await cp(join(installed, 'dist'), join(copy, 'dist'), { recursive: true })
    // What it depends on is what the patched one depends on: there must not be two copies of federation-internals.
    await symlink(dirname(dirname(installed)), join(folder, 'node_modules'))
    const file = join(copy, 'dist/buildPlan.js')
    await writeFile(file, withoutPatch(await readFile(file, 'utf8'), await readFile(PATCH, 'utf8')))
    return require(copy) as typeof Planning
  } finally {
    await rm(folder, { recursive: true })
  }
}

/** Replaces what each hunk of a unified diff has added by what it has removed. */
function withoutPatch(text: string, patch: string): string {
  return hunksOf(patch).reduce((before, lines) => {
    const side = (own: string) =>
      lines.flatMap((line) => (line.startsWith(' ') || line.startsWith(own) ? [line.slice(1)] : [])).join('\n')
    if (!before.includes(side('+'))) throw new Error('The query planner is not patched')
    return before.replace(side('+'), () => side('-'))
  }, text)
}

function hunksOf(patch: string): string[][] {
  const [, ...hunks] = patch.split(/^@@.*\n/m)
  return hunks.map((hunk) => hunk.split('\n').filter((line) => line !== ''))
}
