import type { RunError } from './service-errors.ts'

type Path = readonly (string | number)[]

/**
 * The errors of one run by the places that they are about. A service that fails for a list of ten thousand objects leaves as many nulls to
 * explain; looking through all errors for each of them would hold up everybody else for seconds.
 */
export class ErrorIndex {
  readonly #errors: readonly RunError[]
  #known = 0
  /** Places of errors; '' is the root, and where those without a path stand. */
  readonly #at = new Set<string>()
  /** Places above those of errors. */
  readonly #above = new Set<string>()
  /** The same without errors that say of a whole object that nothing of it came. */
  readonly #aboveFields = new Set<string>()
  /** The first error of those by their place, and by the place above it. */
  readonly #objects = new Map<string, number>()
  readonly #siblings = new Map<string, number>()

  /** @param errors may grow, and is read again when asked */
  constructor(errors: readonly RunError[]) {
    this.#errors = errors
  }

  /** Whether an error stands here, above, or below. */
  covers(path: Path): boolean {
    this.#read()
    if (this.#at.has('')) return true
    let place = ''
    for (const step of path) {
      place = place === '' ? String(step) : `${place}.${step}`
      if (this.#at.has(place)) return true
    }
    return this.#above.has(place)
  }

  /** Whether an error stands exactly here. */
  isAt(path: Path): boolean {
    this.#read()
    return this.#at.has(path.join('.'))
  }

  /** Whether a field somewhere below has failed. */
  hasFailedBelow(path: Path): boolean {
    this.#read()
    return this.#aboveFields.has(path.join('.'))
  }

  /** The first error that says of this field's object, or of another field of it, that nothing of the object came. */
  causeOf(path: Path): RunError | undefined {
    this.#read()
    const object = path.slice(0, -1).join('.')
    const first = Math.min(this.#objects.get(object) ?? Infinity, this.#siblings.get(object) ?? Infinity)
    return this.#errors[first]
  }

  #read(): void {
    for (; this.#known < this.#errors.length; this.#known++) this.#add(this.#errors[this.#known] as RunError)
  }

  #add({ path = [], ofWholeObject }: RunError): void {
    const place = path.join('.')
    this.#at.add(place)
    for (let length = 0; length < path.length; length++) {
      const above = path.slice(0, length).join('.')
      this.#above.add(above)
      if (ofWholeObject !== true) this.#aboveFields.add(above)
    }
    if (ofWholeObject !== true) return
    if (!this.#objects.has(place)) this.#objects.set(place, this.#known)
    const parent = path.slice(0, -1).join('.')
    if (path.length > 0 && !this.#siblings.has(parent)) this.#siblings.set(parent, this.#known)
  }
}
