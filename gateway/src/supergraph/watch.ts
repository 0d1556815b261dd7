import { readFileSync, unwatchFile, watchFile } from 'node:fs'

/** What a watched supergraph file reports. */
export interface SupergraphWatcher {
  /** Called with the new text after each change. May throw when it is not a valid supergraph. */
  onChange(sdl: string): void
  /** A change could not be read or was refused; the supergraph in force stays. */
  onError(error: unknown): void
}

/**
 * Watches a supergraph file by polling, which also sees mounted configuration (Kubernetes swaps a symbolic link).
 * @returns a function that stops watching
 */
export function watchSupergraphFile(
  file: string,
  { onChange, onError }: SupergraphWatcher,
  intervalMs = 1_000,
): () => void {
  let current = readFileSync(file, 'utf8')
  const listener = () => {
    try {
      const sdl = readFileSync(file, 'utf8')
      if (sdl === current || sdl.trim() === '') return
      current = sdl
      onChange(sdl)
    } catch (error) {
      onError(error)
    }
  }
  watchFile(file, { interval: intervalMs, persistent: false }, listener)
  return () => unwatchFile(file, listener)
}
