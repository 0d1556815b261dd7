/** When a circuit opens and how long it stays so. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open the circuit. */
  readonly failureThreshold: number
  /** How long calls are refused before one is let through as a trial. */
  readonly coolDownMs: number
  readonly now?: () => number
}

/** Refuses calls to a service that has failed many times in a row, so that callers fail at once and it can recover. */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions
  readonly #now: () => number
  #failures = 0
  #retryAtMs = 0

  constructor(options: CircuitBreakerOptions) {
    this.#options = options
    this.#now = options.now ?? (() => performance.now())
  }

  /** True when a call may go out. In the cool-down only the first call after it is let through until it settles. */
  admits(): boolean {
    if (this.#failures < this.#options.failureThreshold) return true
    const now = this.#now()
    if (now < this.#retryAtMs) return false
    this.#retryAtMs = now + this.#options.coolDownMs
    return true
  }

  succeeded(): void {
    this.#failures = 0
  }

  failed(): void {
    this.#failures++
    if (this.#failures >= this.#options.failureThreshold) this.#retryAtMs = this.#now() + this.#options.coolDownMs
  }
}
