import { chmodSync, mkdirSync, readdirSync, rmSync, statfsSync, statSync } from 'node:fs'
import { availableParallelism, freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where Linux keeps files in memory. */
const IN_MEMORY = '/dev/shm'
const GIB = 2 ** 30
/** Seven times what a whole run has at a time, and that with room for the workers (about 0.7 GB each) and for whoever else is there. */
const NEEDED = { filesBytes: 3 * GIB, memoryBytes: (4 + availableParallelism()) * GIB }
const PREFIX = 'gigraph-tests-'
/** No run takes as long. */
const FORGOTTEN_MS = 3_600_000

/** Where everything lies that tests and the programs under test write and throw away. */
export interface Scratch {
  readonly directory: string
  remove(): void
}

/**
 * Makes the directory of this run: in memory where there is plenty, else where the system keeps what is temporary. A
 * database is 300 small files, and to create them costs a disk's file system ten times the processor time.
 */
export const makeScratch = (): Scratch => {
  const parent = hasRoomInMemory() ? IN_MEMORY : tmpdir()
  removeForgotten(parent)
  const directory = join(parent, `${PREFIX}${process.pid}`)
  const remove = () => rmSync(directory, { recursive: true, force: true })
  remove()
  mkdirSync(directory)
  // As any directory for temporary files: PostgreSQL runs as somebody else when we are root.
  chmodSync(directory, 0o1777)
  return { directory, remove }
}

/** A container has 64 MB there, and macOS nothing. */
const hasRoomInMemory = (): boolean => {
  if (process.platform !== 'linux' || freemem() < NEEDED.memoryBytes) return false
  if (!statSync(IN_MEMORY, { throwIfNoEntry: false })) return false
  const { bavail, bsize } = statfsSync(IN_MEMORY)
  return bavail * bsize >= NEEDED.filesBytes
}

/** What our own runs have left that were killed. */
const removeForgotten = (parent: string): void => {
  for (const name of readdirSync(parent)) {
    if (!name.startsWith(PREFIX)) continue
    const path = join(parent, name)
    const found = statSync(path, { throwIfNoEntry: false })
    if (found && found.uid === process.getuid?.() && Date.now() - found.mtimeMs > FORGOTTEN_MS)
      rmSync(path, { recursive: true, force: true })
  }
}
