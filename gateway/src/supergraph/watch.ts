import { readFileSync, statSync } from 'node:fs'

/** What a watched supergraph file reports. */
export interface SupergraphWatcher {
  /** Called with the new text after each change. May throw when it is not a valid supergraph. */
  onChange(sdl: string): void
  /** A change could not be read or was refused; the supergraph in force stays. */
  onError(error: unknown): void
}

/**
 * Watches a supergraph file by polling, which also sees mounted configuration (Kubernetes swaps a symbolic link). Compares
 * with what is in force, not with what the file was when watching began: a change in between would never be seen.
 * @param inForce the text that was read from the file
 * @returns a function that stops watching
 */
export function watchSupergraphFile(
  file: string,
  inForce: string,
  { onChange, onError }: SupergraphWatcher,
  intervalMs = 1_000,
): () => void {
  let current = inForce
  let seen = ''
  const look = () => {
    // Before reading: a change while the file is read is then seen the next time.
    const stats = statSync(file, { throwIfNoEntry: false })
    const state = stats === undefined ? 'missing' : `${stats.mtimeMs} ${stats.size} ${stats.ino}`
    if (state === seen) return
    seen = state
    const sdl = readFileSync(file, 'utf8')
    if (sdl === current || sdl.trim() === '') return
    current = sdl
    onChange(sdl)
  }
  const timer = setInterval(() => {
    try {
      look()
    } catch (error) {
      onError(error)
    }
  }, intervalMs).unref()
  return () => clearInterval(timer)
}
