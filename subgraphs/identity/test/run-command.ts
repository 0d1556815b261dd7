import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const execute = promisify(execFile)
// As the stack of one machine starts programs: without it half of the command's time goes into finding drizzle-orm.
const QUICK_IMPORTS = new URL('../../../dev/src/imports/index.ts', import.meta.url).href

/** Runs a command of `src/commands` as its own process; rejects with `code` and `stderr` when it fails. */
export const runCommand = (
  name: string,
  args: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
) => {
  const script = fileURLToPath(new URL(`../src/commands/${name}.ts`, import.meta.url))
  return execute(process.execPath, ['--import', QUICK_IMPORTS, script, ...args], {
    env: environment,
    timeout: 60_000,
  })
}
