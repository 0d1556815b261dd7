import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresFailure, removePostgres } from './postgres/index.ts'

/** Forgets all local data. Throws when Gigraph still runs on them. */
export const removeData = async (dataDirectory: string): Promise<void> => {
  await removePostgres(join(dataDirectory, 'postgres'))
  rmSync(dataDirectory, { recursive: true, force: true })
}

/** A file that stands while demo data are written. Nobody but the demo is in the databases until it is gone. */
const markOf = (dataDirectory: string): string => join(dataDirectory, 'demo-unfinished')

/** Writes demo data into databases that are empty; who is ended meanwhile, in whatever way, leaves word of it for the next start. */
export const whileUnfinished = async (dataDirectory: string, write: () => Promise<void>): Promise<void> => {
  writeFileSync(markOf(dataDirectory), '')
  await write()
  rmSync(markOf(dataDirectory))
}

interface Unfinished {
  readonly dataDirectory: string
  /** Of a server that is not ours; undefined: the embedded one. */
  readonly databaseUrl: string | undefined
  readonly tell: (line: string) => void
}

/**
 * Removes demo data that an earlier start did not write to the end, so that this one begins anew.
 *
 * @throws {PostgresFailure} when they lie in databases that are not ours to drop
 */
export const removeUnfinishedDemo = async ({ dataDirectory, databaseUrl, tell }: Unfinished): Promise<void> => {
  if (!existsSync(markOf(dataDirectory))) return
  if (databaseUrl)
    throw new PostgresFailure(
      'DATABASE_URL: an earlier start was ended while it wrote demo data there: drop the databases gigraph_* on it, run "npm run reset", and start again',
    )
  await removeData(dataDirectory)
  tell('An earlier start was ended while it wrote demo data: they are written anew.')
}
