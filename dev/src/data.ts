import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PostgresFailure, removePostgres } from './postgres/index.ts'

/** Forgets all local data. Throws when Gigraph still runs on them. */
export const removeData = async (dataDirectory: string): Promise<void> => {
  await removePostgres(join(dataDirectory, 'postgres'))
  rmSync(dataDirectory, { recursive: true, force: true })
}

interface Place {
  readonly dataDirectory: string
  /** Of a server that is not ours; undefined: the embedded one. */
  readonly databaseUrl: string | undefined
}

/** A file that stands while demo data are written. Nobody but the demo is in the databases until it is gone. */
const markOf = ({ dataDirectory, databaseUrl }: Place): string =>
  join(dataDirectory, databaseUrl ? 'demo-unfinished-at-database-url' : 'demo-unfinished')

/** Writes demo data into databases that are empty; who is ended meanwhile, in whatever way, leaves word of it for the next start. */
export const whileUnfinished = async (place: Place, write: () => Promise<void>): Promise<void> => {
  writeFileSync(markOf(place), '')
  await write()
  rmSync(markOf(place))
}

/**
 * Removes demo data that an earlier start did not write to the end, so that this one begins anew.
 *
 * @throws {PostgresFailure} when they lie in databases that are not ours to drop
 */
export const removeUnfinishedDemo = async (place: Place, tell: (line: string) => void): Promise<void> => {
  const mark = markOf(place)
  if (!existsSync(mark)) return
  if (place.databaseUrl)
    throw new PostgresFailure(
      `DATABASE_URL: a start was ended while it wrote demo data into the empty databases gigraph_* of a server: drop them if that was this server, remove ${mark}, and start again`,
    )
  await removeData(place.dataDirectory)
  tell('An earlier start was ended while it wrote demo data: they are written anew.')
}
