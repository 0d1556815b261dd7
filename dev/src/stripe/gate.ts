import { StripeFault } from './fault.ts'

/** What happens to a request that a test lets fail. */
export interface ApiFailure {
  /**
   * `refuse`: 500 and nothing happened. `fail`: the same after it began, so that the answer is kept for its idempotency key. `lose`: it
   * happened, but the connection breaks before the answer.
   */
  manner: 'refuse' | 'fail' | 'lose'
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

  /** Whether an answer that is repeated for its idempotency key gets lost as well. */
  losesAgain(): boolean {
    if (this.#failures[0]?.manner !== 'lose') return false
    this.#failures.shift()
    return true
  }

  /** Waits while held. @throws StripeFault 500 when this request is to be refused. */
  async pass(): Promise<{ loseAnswer: boolean }> {
    if (this.#holding) await new Promise<void>((resume) => this.#held.push(resume))
    const failure = this.#failures.shift()
    if (!failure || failure.manner === 'lose') return { loseAnswer: failure !== undefined }
    const isForgotten = failure.manner === 'refuse'
    throw new StripeFault(500, { type: 'api_error', message: 'An unknown error occurred.' }, isForgotten)
  }
}
