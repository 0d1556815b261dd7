import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql'
import type { Choices } from './choices.ts'

/** An operation with values for its variables. */
export interface ArbitraryOperation {
  readonly query: string
  readonly variables: Record<string, unknown>
}

/**
 * Invents a query, or now and then a mutation or a subscription; a few are invalid (fields that cannot merge) and must be
 * skipped. One in ten defers fragments.
 */
export function arbitraryOperation(choices: Choices, schema: GraphQLSchema, depth: number): ArbitraryOperation {
  const mutation = schema.getMutationType()
  const subscription = schema.getSubscriptionType()
  const root =
    mutation && choices.chance(15) ? mutation : subscription && choices.chance(8) ? subscription : schema.getQueryType()
  if (!root) throw new Error('The schema has no queries')
  const isStream = root === subscription
  const writer = new OperationWriter(choices, schema, !isStream && choices.chance(10))
  const body = isStream ? writer.singleField(root, depth) : writer.selectionSet(root, depth)
  const kind = isStream ? 'subscription' : root === mutation ? 'mutation' : 'query'
  const definitions = [...writer.variables].map(([name, { type, otherwise }]) => `$${name}: ${type}${otherwise}`)
  const head = definitions.length > 0 ? `${kind} (${definitions.join(', ')})` : kind
  return {
    query: [`${head} ${body}`, ...writer.fragments.map(({ text }) => text)].join('\n'),
    variables: Object.fromEntries(
      [...writer.variables].flatMap(([name, { value }]) => (value === undefined ? [] : [[name, value]])),
    ),
  }
}

interface Variable {
  readonly type: string
  readonly otherwise: string
  readonly value: unknown
}

class OperationWriter {
  readonly variables = new Map<string, Variable>()
  readonly fragments: { readonly name: string; readonly on: string; readonly text: string }[] = []
  readonly #choices: Choices
  readonly #schema: GraphQLSchema
  readonly #defers: boolean
  #aliases = 0

  constructor(choices: Choices, schema: GraphQLSchema, defers: boolean) {
    this.#defers = defers
    this.#choices = choices
    this.#schema = schema
  }

  selectionSet(type: GraphQLNamedType, depth: number): string {
    const count = this.#choices.int(1, depth > 1 ? 4 : 3)
    return `{ ${Array.from({ length: count }, () => this.#selection(type, depth)).join(' ')} }`
  }

  /** A selection of one field, as a subscription must have it. */
  singleField(root: GraphQLObjectType, depth: number): string {
    const field = this.#field(this.#choices.pick(Object.values(root.getFields())), depth, false)
    return this.#choices.chance(20) ? `{ ... on ${root.name} { ${field} } }` : `{ ${field} }`
  }

  #selection(type: GraphQLNamedType, depth: number): string {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
    const possible = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)))
    const likely = fields.length === 0 ? 85 : isAbstractType(type) || this.#defers ? 40 : 12
    const wantsFragment = depth > 0 && this.#choices.chance(likely)
    if (wantsFragment) return this.#fragment(type, depth)
    if (possible.length === 0 || this.#choices.chance(8)) return `${this.#alias()}__typename ${this.#condition()}`
    return this.#field(this.#choices.pick(possible), depth)
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, isConditional = true): string {
    const named = getNamedType(field.type)
    const given = field.args.flatMap((argument) => (this.#choices.chance(60) ? [this.#argument(argument)] : []))
    const call = given.length > 0 ? `(${given.join(', ')})` : ''
    const below = isCompositeType(named) ? this.selectionSet(named, depth - 1) : ''
    return `${this.#alias(given.length > 0)}${field.name}${call} ${isConditional ? this.#condition() : ''} ${below}`
  }

  #argument({ name, type }: GraphQLArgument): string {
    const isInput = isInputObjectType(getNamedType(type))
    if (this.#choices.chance(40)) return `${name}: $${this.#variable(isInput)}`
    return `${name}: ${isInput ? this.#filter(2) : this.#number(false)}`
  }

  #number(mayVary: boolean): string {
    if (mayVary && this.#choices.chance(40)) return `$${this.#variable(false)}`
    return this.#choices.chance(15) ? 'null' : String(this.#choices.int(0, 2))
  }

  #filter(depth: number): string {
    const parts = this.#choices.chance(80) ? [`n: ${this.#number(true)}`] : []
    if (depth > 0 && this.#choices.chance(25)) parts.push(`inner: ${this.#inner(depth)}`)
    // One value stands for a list of it.
    if (this.#choices.chance(20))
      parts.push(
        this.#choices.chance(30)
          ? `list: ${this.#number(false)}`
          : `list: [${this.#number(true)}, ${this.#number(true)}]`,
      )
    return `{ ${parts.join(', ')} }`
  }

  #inner(depth: number): string {
    return this.#choices.chance(30) ? `$${this.#variable(true)}` : this.#filter(depth - 1)
  }

  #variable(isInput: boolean): string {
    const name = `${isInput ? 'by' : 'n'}${this.#choices.int(0, 2)}`
    if (!this.variables.has(name)) {
      const number = this.#choices.pick([null, 0, 1, 2])
      const filter = this.#choices.pick([
        { n: number },
        { n: number },
        { n: number, list: 1 },
        { inner: { n: 1, list: [number] } },
      ])
      const value = this.#choices.chance(30) ? undefined : isInput && number !== null ? filter : number
      const otherwise = this.#choices.chance(40) ? (isInput ? ' = { n: 2 }' : ' = 1') : ''
      this.variables.set(name, { type: isInput ? 'Filter' : 'Int', otherwise, value })
    }
    return name
  }

  #alias(likely = false): string {
    if (!this.#choices.chance(likely ? 80 : 15)) return ''
    // Names of fields on purpose: what a client calls `id` must not be mistaken for the key.
    if (this.#choices.chance(25))
      return `${this.#choices.pick(['id', 'sku', 'label', 'size', 'org', 'priced', '_x'])}: `
    return `n${this.#aliases++}: `
  }

  #condition(): string {
    if (!this.#choices.chance(12)) return ''
    const conditions = [
      '@include(if: $yes)',
      '@include(if: $no)',
      '@skip(if: $yes)',
      '@skip(if: $no)',
      '@include(if: true)',
    ]
    const condition = this.#choices.pick([...conditions, '@skip(if: true)', '@skip(if: $no) @include(if: $yes)'])
    for (const [name, value] of [
      ['yes', true],
      ['no', false],
    ] as const) {
      if (condition.includes(`$${name}`)) this.variables.set(name, { type: 'Boolean!', otherwise: '', value })
    }
    return condition
  }

  #deferral(): string {
    if (!this.#defers || !this.#choices.chance(60)) return ''
    return this.#choices.pick(['@defer', '@defer', '@defer(if: true)', '@defer(if: false)'])
  }

  #fragment(type: GraphQLNamedType, depth: number): string {
    const on = this.#choices.pick(this.#conditionsFor(type))
    const known = this.fragments.filter((fragment) => fragment.on === on.name)
    if (known.length > 0 && this.#choices.chance(30))
      return `...${this.#choices.pick(known).name} ${this.#deferral()} ${this.#condition()}`
    const condition = `${this.#deferral()} ${this.#condition()}`
    const body = this.selectionSet(on, depth - 1)
    if (!this.#choices.chance(25)) return `... on ${on.name} ${condition} ${body}`
    const name = `F${this.fragments.length}`
    this.fragments.push({ name, on: on.name, text: `fragment ${name} on ${on.name} ${body}` })
    return `...${name} ${condition}`
  }

  /** Types that may stand in a fragment here: the type itself, its members, its interfaces, and theirs. */
  #conditionsFor(type: GraphQLNamedType): GraphQLNamedType[] {
    const members = isAbstractType(type) ? this.#schema.getPossibleTypes(type) : isObjectType(type) ? [type] : []
    return [type, ...members, ...members.flatMap((member) => member.getInterfaces())]
  }
}
