import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// Vite would take graphql's ES module beside the CommonJS one that Node gives to everything else: two realms.
const graphql = createRequire(import.meta.url).resolve('graphql')

// As dev/bootstrap.mjs sets it, for those who start vitest themselves: workers and the programs under test load thousands of modules.
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('node_modules/.cache/compiled', import.meta.url))

/** What takes longest, for most of it waits for other processes. */
const LONGEST =
  /\/(tests\/(walk|start|privacy|operations)|dev\/src\/postgres|(storm|differential|reconnect|key-rotation|session-property|commands?|process)\.test)\b/

/** On a fresh clone vitest knows no durations and begins with the largest files: the walks would run last and alone. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const isLong = ({ moduleId }: TestSpecification) => LONGEST.test(moduleId)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }
}

const { SHUFFLE } = process.env

export default defineConfig({
  resolve: { alias: [{ find: /^graphql$/, replacement: graphql }] },
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['tests/global-setup.ts'],
    // SHUFFLE=7 takes the files in another order, the same for the same number: what one leaves for another shows.
    sequence: SHUFFLE ? { shuffle: { files: true }, seed: Number(SHUFFLE) } : { sequencer: LongestFirst },
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: 'forks',
    // The files that a worker runs share its modules: loading them anew for each took a third of the whole run (ADR 17).
    isolate: false,
    // Once for each worker, before its first module of drizzle-orm.
    execArgv: ['--import', new URL('dev/src/imports/index.ts', import.meta.url).href],
    // One more than the cores of a small machine, for the waiting. With four, whole systems start at once and miss deadlines.
    maxWorkers: 3,
  },
})
