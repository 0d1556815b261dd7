import { type FieldNode, print } from 'graphql'

/**
 * The keys under which services answer the client's fields.
 *
 * The planner selects fields of its own (keys, `@requires`) under their plain names, next to the client's. A client's alias
 * may equal such a name (`price: weight`), and so may a client's field with other arguments (`price(currency: EUR)`): the
 * planner then mixes them up, and a service is sent the wrong value. So every field that has an alias, or that takes
 * arguments, travels under a key of ours; shaping gives it the client's key back.
 */
export class DataKeys {
  readonly #keys = new Map<string, string>()
  readonly #responseKeys = new Map<string, string>()

  /** The key of a client's field; equal for fields that merge in the response. */
  keyOf(field: FieldNode, takesArguments: boolean): string {
    const name = field.name.value
    const responseKey = field.alias?.value ?? name
    if (responseKey === name && !takesArguments) return name
    const identity = `${responseKey}:${name}(${(field.arguments ?? []).map(print).sort().join()})`
    let key = this.#keys.get(identity)
    if (key === undefined) {
      key = `_${this.#keys.size}_${responseKey}`
      this.#keys.set(identity, key)
      this.#responseKeys.set(key, responseKey)
    }
    return key
  }

  /** The client's key for a key of ours, to translate the paths of services' errors. */
  responseKeyOf(key: string): string {
    return this.#responseKeys.get(key) ?? key
  }
}
