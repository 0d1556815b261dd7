/** A type as a field has it: `[Named!]!` is `{ base: 'Named', lists: 1, nonNull: true, innerNonNull: true }`. */
export interface TypeModel {
  readonly base: string
  readonly lists: 0 | 1 | 2
  readonly nonNull: boolean
  readonly innerNonNull: boolean
}

/** One selected field of a `@requires`, with what is read below it. */
export interface Requirement {
  readonly field: string
  readonly args?: Readonly<Record<string, number>>
  /** Only on objects of this type (a union or an interface). */
  readonly below?: readonly { readonly field: string; readonly on?: string }[]
}

export interface FieldModel {
  readonly name: string
  readonly type: TypeModel
  /** The services that resolve it; more than one when it is shared. */
  readonly services: readonly string[]
  readonly takesArguments: boolean
  /** Overrides this service, which declares the field too and must not be asked for it. */
  readonly overrides?: string
  readonly requires?: readonly Requirement[]
  /** A scalar of the entity that the field leads to, which this service provides on the way. */
  readonly provides?: string
  /** Services may require it; clients do not see it. */
  readonly inaccessible?: true
}

export interface EntityModel {
  readonly name: string
  readonly home: string
  /** By service that knows the entity. The home has every key, so that every service can be reached. */
  readonly keys: ReadonlyMap<string, readonly string[]>
  readonly fields: FieldModel[]
}

/** An interface that is an entity in one service and an `@interfaceObject` in another. */
export interface SharedInterface {
  readonly owner: string
  readonly objectIn: string
  readonly members: readonly string[]
}

/** A root field; its type is an entity, a list, a union or an interface that the service knows. */
export interface RootModel {
  readonly name: string
  readonly type: TypeModel
  readonly services: readonly string[]
  readonly takesArguments: boolean
  readonly provides?: string
}

/** `Ring` gives its beads a value, wherever they are asked for it (`@context`, `@fromContext`). */
export interface RingModel {
  /** Knows rings, and the field of beads that takes the value. */
  readonly owner: string
  /** Knows beads too, and also leads from rings to them. */
  readonly other: string
}

/** Everything that schemas, data and operations are made of. */
export interface GraphModel {
  readonly services: readonly string[]
  readonly entities: readonly EntityModel[]
  readonly shared: SharedInterface | undefined
  readonly ring: RingModel | undefined
  /** Members of the union `Any` by service; `Owl` is one that clients do not see. */
  readonly unions: ReadonlyMap<string, readonly string[]>
  /** Members of the interface `Named` by service. */
  readonly named: ReadonlyMap<string, readonly string[]>
  readonly queries: readonly RootModel[]
  readonly mutations: readonly RootModel[]
  /** Some of the queries: a subscription tells once what its query would answer. */
  readonly subscriptions: readonly RootModel[]
}

/** The input type `Filter`. */
export interface Filter {
  readonly n?: number | null
  readonly inner?: Filter | null
  readonly list?: readonly (number | null)[] | null
}

/** What fields with arguments answer by: all numbers that they got, nested ones in another way. */
export function sumOf({ n, by }: { readonly n?: number | null; readonly by?: Filter | null }, otherwise = 0): number {
  return (n ?? otherwise) + sumOfFilter(by)
}

function sumOfFilter(filter: Filter | null | undefined): number {
  if (filter === null || filter === undefined) return 0
  const { n, inner, list } = filter
  return (n ?? 0) + 2 * sumOfFilter(inner) + (list ?? []).reduce<number>((sum, each) => sum + (each ?? 1), 0)
}

export const SCALARS: readonly string[] = ['Int', 'String', 'Boolean', 'Float', 'ID', 'Color']

/** The SDL of a type. */
export function typeText({ base, lists, nonNull, innerNonNull }: TypeModel): string {
  let text = base
  for (let depth = 0; depth < lists; depth++) text = `[${text}${innerNonNull ? '!' : ''}]`
  return nonNull ? `${text}!` : text
}

/** Members of an abstract type as one service sees them; the type itself when it is an object. */
export function membersOf(model: GraphModel, type: string, service: string): readonly string[] {
  if (type === 'Any') return model.unions.get(service) ?? []
  if (type === 'Named') return model.named.get(service) ?? []
  if (type === 'Node') return model.shared?.members ?? []
  return [type]
}
