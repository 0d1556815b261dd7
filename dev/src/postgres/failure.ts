/** A failure of the embedded or the given PostgreSQL, told in one line that a person can act on. */
export class PostgresFailure extends Error {
  override readonly name = 'PostgresFailure'
}

/** The causes that people meet, by what initdb, the server or the file system print. */
const KNOWN: ReadonlyArray<readonly [pattern: RegExp, explain: (directory: string) => string]> = [
  [/No space left on device|ENOSPC|EDQUOT/, (directory) => `the disk that holds ${directory} is full`],
  [/Read-only file system|EROFS/, (directory) => `${directory} is on a read-only file system`],
  [/Permission denied|EACCES|EPERM/, (directory) => `no permission to write in ${directory}`],
  [
    /could not create shared memory segment|could not map anonymous shared memory|Cannot allocate memory/,
    () => 'the machine has not enough free memory for PostgreSQL',
  ],
]

/**
 * One line for what went wrong under a directory.
 *
 * @param doing what was being done, as in "creating the database"
 * @param output what the program or the system call said
 */
export const explainFailure = (doing: string, directory: string, output: string): PostgresFailure => {
  const known = KNOWN.find(([pattern]) => pattern.test(output))
  const lines = output.split('\n').map((line) => line.trim())
  const detail =
    known?.[1](directory) ??
    lines.find((line) => /\b(FATAL|PANIC|error):/.test(line)) ??
    lines.findLast((line) => line !== '') ??
    'it said nothing'
  return new PostgresFailure(`PostgreSQL: ${doing} failed: ${detail}`)
}
