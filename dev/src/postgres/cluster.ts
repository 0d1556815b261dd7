import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { type Account, giveTo } from './account.ts'
import { explainFailure, PostgresFailure } from './failure.ts'
import type { Programs } from './place.ts'

export interface ClusterOptions {
  readonly directory: string
  readonly programs: Programs
  readonly account: Account
  readonly user: string
  readonly password: string
  /** Whether the new files are flushed to the disk: not for data that is thrown away. */
  readonly durable: boolean
}

/** Whether the directory holds a complete cluster of our major version; refuses what it must not touch. */
export const hasCluster = (directory: string, programs: Programs): boolean => {
  if (!existsSync(directory) || isEmpty(directory)) return false
  const file = join(directory, 'PG_VERSION')
  if (!existsSync(file)) {
    throw new PostgresFailure(`PostgreSQL: ${directory} holds other files than a database: move them away`)
  }
  const found = readFileSync(file, 'utf8').trim()
  const ours = /\d+/.exec(spawnSync(programs.postgres, ['--version'], { encoding: 'utf8' }).stdout)?.[0]
  if (found !== ours) {
    throw new PostgresFailure(
      `PostgreSQL: ${directory} was written by version ${found} and this is version ${ours}: run "npm run reset"`,
    )
  }
  return true
}

const isEmpty = (directory: string): boolean => {
  try {
    return readdirSync(directory).length === 0
  } catch (error) {
    const owner = statSync(directory).uid
    if ((error as NodeJS.ErrnoException).code !== 'EACCES') throw error
    throw new PostgresFailure(
      `PostgreSQL: ${directory} belongs to another account (uid ${owner}), probably because it was started as root before: ` +
        `start as root again or remove it as root`,
    )
  }
}

/**
 * Creates a cluster: UTF-8, PostgreSQL's own C.UTF-8 collation (needs no locale of the machine), SCRAM passwords.
 * It is made beside its place and renamed into it when it is complete, so there never is half of one.
 */
export const createCluster = (options: ClusterOptions): void => {
  const { directory, account } = options
  const half = `${directory}.new-${process.pid}`
  const passwordFile = `${half}.password`
  try {
    removeLeftovers(directory)
    mkdirSync(half, { mode: 0o700 })
    writeFileSync(passwordFile, `${options.password}\n`, { mode: 0o600 })
    giveTo(account, half)
    giveTo(account, passwordFile)
    runInitdb(options, half, passwordFile)
    renameSync(half, directory)
    chmodSync(directory, 0o700)
  } catch (error) {
    rmSync(half, { recursive: true, force: true })
    throw error instanceof PostgresFailure ? error : explainFailure('creating the database', directory, String(error))
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

const runInitdb = ({ programs, account, user, durable, directory }: ClusterOptions, half: string, pwfile: string) => {
  const flags = ['-D', half, '-U', user, `--pwfile=${pwfile}`, '--auth=scram-sha-256', '--encoding=UTF8']
  flags.push('--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-instructions')
  if (!durable) flags.push('--no-sync')
  const made = spawnSync(programs.initdb, flags, { ...account, cwd: '/', encoding: 'utf8', env: cleanEnvironment() })
  if (made.status !== 0) {
    throw explainFailure('creating the database', directory, made.error?.message ?? `${made.stdout}\n${made.stderr}`)
  }
}

/** The environment for PostgreSQL's programs: a PGDATA or PGPORT of the caller must not steer them. */
export const cleanEnvironment = (): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('PG'))),
  LC_ALL: 'C',
})

/** Halves that a killed start has left behind. */
const removeLeftovers = (directory: string): void => {
  const parent = dirname(directory)
  for (const name of readdirSync(parent)) {
    const pid = name.startsWith(`${basename(directory)}.new-`) ? Number.parseInt(name.split('.new-')[1] ?? '', 10) : 0
    if (pid && !isAlive(pid)) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

/** Whether a process of this id exists, whoever owns it. */
export const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
