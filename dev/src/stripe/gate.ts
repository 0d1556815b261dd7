import { StripeFault } from './fault.ts'

/** What happens to a request that a test lets fail. */
export interface ApiFailure {
  /** `refuse`: 500 and nothing happened. `lose`: it happened, but the connection breaks before the answer. */
  manner: 'refuse' | 'lose'
}

/** Lets tests stop and break requests to the API that change something. */
export class Gate {
  #held: (() => void)[] = []
  #holding = false
  #failures: ApiFailure[] = []

  /** Requests that change something wait from now on, after their idempotency key was reserved. */
  hold(): void {
    this.#holding = true
  }

  /** How many requests wait. */
  held(): number {
    return this.#held.length
  }

  /** Lets the waiting requests go on, and the following ones pass. */
  release(): void {
    this.#holding = false
    for (const resume of this.#held.splice(0)) resume()
  }

  /** The next `count` requests that change something fail. */
  failNext(manner: ApiFailure['manner'] = 'refuse', count = 1): void {
    this.#failures.push(...Array.from({ length: count }, () => ({ manner })))
  }

  /** Waits while held. @throws StripeFault 500 when this request is to be refused. */
  async pass(): Promise<{ loseAnswer: boolean }> {
    if (this.#holding) await new Promise<void>((resume) => this.#held.push(resume))
    const failure = this.#failures.shift()
    if (failure?.manner !== 'refuse') return { loseAnswer: failure !== undefined }
    throw new StripeFault(500, { type: 'api_error', message: 'An unknown error occurred.' }, true)
  }
}
