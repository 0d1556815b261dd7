import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { IdempotencyRecord } from './idempotency.ts'
import type { StoreSnapshot } from './store.ts'

const FORMAT = 1
const DEBOUNCE_MS = 100
/** Writing takes at most one part in so many of the time, however large the state has become. */
const SHARE = 10

/** What a state file holds. */
export interface State extends StoreSnapshot {
  idempotency: IdempotencyRecord[]
}

/**
 * Reads a state file.
 *
 * @returns undefined when there is none.
 * @throws Error that says what to do when the file cannot be understood.
 */
export function readState(path: string): State | undefined {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  try {
    const { format, ...state } = JSON.parse(text) as State & { format: number }
    if (format !== FORMAT) throw new Error(`its format is ${format}, not ${FORMAT}`)
    return state
  } catch (error) {
    throw new Error(`${path} is not a state of the Stripe emulator (delete it to begin anew)`, { cause: error })
  }
}

/** Writes the state shortly after a change, all at once or not at all. */
export class StateWriter {
  readonly #path: string
  readonly #take: () => State
  #timer: NodeJS.Timeout | undefined
  #lastWriteMs = 0

  constructor(path: string, take: () => State) {
    this.#path = path
    this.#take = take
    mkdirSync(dirname(path), { recursive: true })
  }

  /** Something changed: write soon, a tenth of a second later as long as the state is small. */
  touch(): void {
    this.#timer ??= setTimeout(() => this.flush(), Math.max(DEBOUNCE_MS, this.#lastWriteMs * SHARE))
  }

  /** Writes now if anything changed. A crash leaves the former file or the new one, never half of one. */
  flush(): void {
    if (!this.#timer) return
    clearTimeout(this.#timer)
    this.#timer = undefined
    const startedAt = performance.now()
    const next = `${this.#path}.next`
    writeFileSync(next, JSON.stringify({ format: FORMAT, ...this.#take() }))
    renameSync(next, this.#path)
    this.#lastWriteMs = performance.now() - startedAt
  }
}
