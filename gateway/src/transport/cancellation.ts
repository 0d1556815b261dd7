/** Ends one piece of work early. What an AbortController does, for one listener and at a fraction of its cost. */
export class Cancellation {
  #cancelled = false
  #listener: (() => void) | undefined

  get cancelled(): boolean {
    return this.#cancelled
  }

  /** Replaces the listener: only the step that is under way can be ended. Called at once when it is too late. */
  onCancel(listener: (() => void) | undefined): void {
    this.#listener = listener
    if (this.#cancelled) listener?.()
  }

  cancel(): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#listener?.()
  }
}
