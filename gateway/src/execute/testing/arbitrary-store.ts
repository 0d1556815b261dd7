import { GraphQLError } from 'graphql'
import { arbitraryGhost, failing, forget, identityOf, type Mutable } from './arbitrary-ghost.ts'
import { arbitraryRings } from './arbitrary-rings.ts'
import type { Choices } from './choices.ts'
import {
  type FieldModel,
  type GraphModel,
  membersOf,
  type Requirement,
  type RootModel,
  sumOf,
  type TypeModel,
} from './graph-model.ts'
import type { Store, StoreRecord } from './store-graph.ts'

/** A store whose mutations depend on all mutations before them; `reset` makes them start again. */
export interface ArbitraryStore extends Store {
  reset(): void
}

type Arguments = Parameters<typeof sumOf>[0]

/** Invents data for a graph: some of it null, some of it failing, some of it null where it must not be. */
export function arbitraryStore(choices: Choices, model: GraphModel): ArbitraryStore {
  const state = { steps: 0 }
  const records = model.entities.flatMap((entity) => [
    ...Array.from(
      { length: choices.int(1, 3) },
      (_, i): Mutable => ({ ...identityOf(entity.name, i), __interfaces: ['Node'] }),
    ),
    ...(choices.chance(50) ? [arbitraryGhost(choices, entity)] : []),
  ])
  const invent = new Inventor(choices, model, records)
  for (const record of records) {
    const entity = model.entities.find(({ name }) => name === record.__typename)
    if (!model.shared?.members.includes(record.__typename)) record.__interfaces = []
    const required = new Set(entity?.fields.flatMap(({ requires }) => requires ?? []).map(({ field }) => field))
    for (const field of entity?.fields ?? []) record[field.name] = invent.field(field, !required.has(field.name))
    record.noted = ({ n, by }: Arguments) => `noted ${n ?? 0} ${sumOf({ by: by ?? null })}`
    // Must not fail: the planner asks for it where the client asked for another implementation's only (docs/adr/0007).
    record.score = choices.int(0, 9)
    if (entity !== undefined && record.__onlyIn !== undefined) forget(record, entity, record.__onlyIn)
  }
  const root: Record<string, unknown> = {}
  for (const query of model.queries) root[query.name] = invent.root(query)
  for (const mutation of model.mutations) root[mutation.name] = invent.mutation(mutation, state)
  const rings = arbitraryRings(choices)
  root.rings = rings.rings
  return {
    root,
    records: [...records, ...rings.records],
    hidden: new Set(['Owl', 'Color.SECRET']),
    reset() {
      state.steps = 0
    },
  }
}

class Inventor {
  readonly #choices: Choices
  readonly #model: GraphModel
  readonly #records: readonly Mutable[]
  readonly #requiresLinks: boolean

  constructor(choices: Choices, model: GraphModel, records: readonly Mutable[]) {
    this.#choices = choices
    this.#model = model
    this.#records = records
    const required = model.entities.flatMap(({ fields }) => fields.flatMap(({ requires }) => requires ?? []))
    this.#requiresLinks = required.some(({ field }) => field.startsWith('to'))
  }

  field(field: FieldModel, mayFail: boolean): unknown {
    if (field.requires !== undefined) return madeOf(field.requires)
    const [service = ''] = field.services
    // A shared value must be one that every service can give, and what others require must not fail unseen.
    const certain = !mayFail || field.services.length > 1 || ['label', 'size', 'priced', 'box'].includes(field.name)
    // Below what is required, the client's own fields must not fail so that the null reaches up to it.
    const isStrict = field.type.nonNull && this.#requiresLinks
    return this.#perhapsCalled(field, service, !certain && !isStrict)
  }

  root(field: RootModel): unknown {
    return this.#perhapsCalled(field, field.services[0] ?? '', true)
  }

  mutation(field: RootModel, state: { steps: number }): unknown {
    const values = [0, 1, 2].map(() => this.value(field.type, field.services[0] ?? '', true))
    return (given: Arguments) => {
      state.steps = (state.steps * 3 + sumOf(given, 1)) % 97
      return field.type.base === 'Int' && field.type.lists === 0 ? state.steps : values[state.steps % 3]
    }
  }

  #perhapsCalled(field: RootModel, service: string, mayFail: boolean): unknown {
    const { type, takesArguments } = field
    const values = [0, 1, 2].map(() => this.value(type, service, mayFail))
    if (mayFail && this.#choices.chance(7)) return failing(field.name)
    if (!takesArguments) return values[0]
    return (given: Arguments) => values[(sumOf(given) + 300) % 3]
  }

  value(type: TypeModel, service: string, mayFail: boolean): unknown {
    const { lists, nonNull, innerNonNull } = type
    const isNull = this.#choices.chance(nonNull ? (mayFail ? 4 : 0) : 20)
    if (isNull) return null
    if (lists === 0) return this.#plain(type.base, service, mayFail)
    const inner: TypeModel = { ...type, lists: lists === 2 ? 1 : 0, nonNull: innerNonNull }
    return Array.from({ length: this.#choices.int(0, 3) }, () =>
      mayFail && this.#choices.chance(4) ? new GraphQLError('a broken entry') : this.value(inner, service, mayFail),
    )
  }

  #plain(base: string, service: string, mayFail: boolean): unknown {
    const n = this.#choices.int(0, 9)
    switch (base) {
      case 'Int':
        return n
      case 'Float':
        return n + 0.5
      case 'Boolean':
        return n % 2 === 0
      case 'Color':
        return this.#choices.pick(['RED', 'GREEN', 'BLUE', 'RED', 'GREEN', 'SECRET'])
      case 'String':
      case 'ID':
        return `${base}-${n}`
      case 'Box':
        return { __typename: 'Box', width: n === 0 ? null : n, height: n / 2, label: `box ${n}` }
      default:
        return this.#object(base, service, mayFail)
    }
  }

  #object(base: string, service: string, mayFail: boolean): unknown {
    const member = this.#choices.pick(membersOf(this.#model, base, service))
    if (member === 'Box') return this.#plain('Box', service, mayFail)
    if (member === 'Owl') return { __typename: 'Owl', label: 'hoo' }
    const isKnown = ({ __onlyIn }: StoreRecord) => __onlyIn === undefined || (mayFail && __onlyIn === service)
    return this.#choices.pick(this.#records.filter((record) => record.__typename === member && isKnown(record)))
  }
}

/** A computed field: it shows what it was given, which in a service is what the gateway fetched for it. */
function madeOf(requirements: readonly Requirement[]) {
  return function (this: Record<string, unknown>): string {
    return JSON.stringify(requirements.map(({ field, args, below }) => [field, read(this, field, args, below)]))
  }
}

function read(
  source: Record<string, unknown>,
  field: string,
  args: Requirement['args'] = {},
  below: Requirement['below'],
): unknown {
  const own = source[field]
  const value = typeof own === 'function' ? own.call(source, args) : own
  return below === undefined ? (value === undefined ? 'MISSING' : value) : project(value, below)
}

function project(value: unknown, below: NonNullable<Requirement['below']>): unknown {
  if (Array.isArray(value)) return value.map((entry) => project(entry, below))
  if (value === undefined) return 'MISSING'
  if (value === null) return null
  const source = value as Record<string, unknown>
  return below.map(({ field }) => read(source, field, {}, undefined))
}
