import { GraphQLError } from 'graphql'
import type { Choices } from './choices.ts'
import type { EntityModel } from './graph-model.ts'
import type { StoreRecord } from './store-graph.ts'

/** A record while it is made. */
export type Mutable = StoreRecord & Record<string, unknown>

/** The keys of the i-th record of a type. */
export function identityOf(name: string, i: number) {
  const org = { __typename: 'Org', code: `${name}-${i}`, zone: i === 0 ? null : 'z' }
  return { __typename: name, id: `${name}${i}`, sku: `sku-${name}${i}`, org }
}

/** A record that one service knows and leads to, while the others answer null or fail; some of its keys may be null. */
export function arbitraryGhost(choices: Choices, { name, keys, fields }: EntityModel): Mutable {
  const service = choices.pick([...keys.keys()])
  // Otherwise the label is one that the service hands out without owning it (`@provides`), and would fail here too.
  const ownsLabel = fields.some((field) => field.name === 'label' && field.services.includes(service))
  return {
    ...identityOf(name, 9),
    __interfaces: ['Node'],
    __onlyIn: service,
    __failsElsewhere: ownsLabel && choices.chance(60),
    ...(choices.chance(30) ? { sku: null } : {}),
    ...(choices.chance(30) ? { org: null } : {}),
  }
}

/** Takes from a ghost what its only service cannot answer, itself or for want of what others know. */
export function forget(ghost: Mutable, { fields, keys }: EntityModel, service: string): void {
  const own = keys.get(service)?.join(' ') ?? ''
  const forgotten = [
    ...['id', 'sku', 'org'].filter((key) => !own.includes(key)),
    ...fields.filter(({ services, requires }) => requires || !services.includes(service)).map(({ name }) => name),
    'noted',
    'score',
  ]
  for (const name of forgotten) ghost[name] = ghost.__failsElsewhere ? failing(name) : null
}

/** A field that always fails. */
export function failing(what: string): () => never {
  return () => {
    throw new GraphQLError(`no ${what}`)
  }
}
