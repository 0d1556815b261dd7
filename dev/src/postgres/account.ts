import { execFileSync, spawnSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { PostgresFailure } from './failure.ts'

/** The operating-system account that the server runs under; undefined: the one that runs this process. */
export type Account = { readonly uid: number; readonly gid: number } | undefined

/** Accounts that root may hand the server to, best first. None is created: that would change the machine for good. */
const CANDIDATES = ['postgres', 'nobody']

/**
 * Chooses the account for the server. PostgreSQL refuses to run as root, so root hands it to the owner of the
 * existing data, else to `postgres`, else to `nobody`.
 */
export const chooseAccount = (dataDirectory: string): Account => {
  if (process.getuid?.() !== 0) return undefined
  const owner = statSync(dataDirectory, { throwIfNoEntry: false })
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  for (const name of CANDIDATES) {
    const [uid, gid] = [idOf('-u', name), idOf('-g', name)]
    if (uid !== undefined && gid !== undefined) return { uid, gid }
  }
  throw new PostgresFailure(
    'PostgreSQL does not run as root and this machine has no account postgres or nobody: run as an ordinary user',
  )
}

const idOf = (flag: '-u' | '-g', name: string): number | undefined => {
  const { status, stdout } = spawnSync('id', [flag, name], { encoding: 'utf8' })
  const id = Number.parseInt(stdout ?? '', 10)
  return status === 0 && id > 0 ? id : undefined
}

/** Whether the account may enter this directory (all its parents included); asked of the system, not of mode bits. */
export const canEnter = (account: Account, directory: string): boolean =>
  spawnSync('/bin/sh', ['-c', 'cd -- "$1"', 'sh', directory], { ...account, cwd: '/', stdio: 'ignore' }).status === 0

/** Gives a directory and all in it to the account. */
export const giveTo = (account: Account, directory: string): void => {
  if (account) execFileSync('chown', ['-R', `${account.uid}:${account.gid}`, directory])
}
