import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLNamedType,
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
 * Invents a query, or now and then a mutation; a few are invalid (fields that cannot merge) and must be skipped. One in ten
 * defers fragments.
 */
export function arbitraryOperation(choices: Choices, schema: GraphQLSchema, depth: number): ArbitraryOperation {
  const mutation = schema.getMutationType()
  const root = mutation && choices.chance(15) ? mutation : schema.getQueryType()
  if (!root) throw new Error('The schema has no queries')
  const writer = new OperationWriter(choices, schema, choices.chance(10))
  const body = writer.selectionSet(root, depth)
  const kind = root === mutation ? 'mutation' : 'query'
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

  #selection(type: GraphQLNamedType, depth: number): string {
    const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : []
    const possible = fields.filter((field) => depth > 0 || !isCompositeType(getNamedType(field.type)))
    const likely = fields.length === 0 ? 85 : isAbstractType(type) || this.#defers ? 40 : 12
    const wantsFragment = depth > 0 && this.#choices.chance(likely)
    if (wantsFragment) return this.#fragment(type, depth)
    if (possible.length === 0 || this.#choices.chance(8)) return `${this.#alias()}__typename ${this.#condition()}`
    return this.#field(this.#choices.pick(possible), depth)
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number): string {
    const named = getNamedType(field.type)
    const given = field.args.flatMap((argument) => (this.#choices.chance(60) ? [this.#argument(argument)] : []))
    const call = given.length > 0 ? `(${given.join(', ')})` : ''
    const below = isCompositeType(named) ? this.selectionSet(named, depth - 1) : ''
    return `${this.#alias(given.length > 0)}${field.name}${call} ${this.#condition()} ${below}`
  }

  #argument({ name, type }: GraphQLArgument): string {
    const isInput = isInputObjectType(getNamedType(type))
    if (this.#choices.chance(40)) return `${name}: $${this.#variable(isInput)}`
    const number = this.#choices.chance(15) ? 'null' : String(this.#choices.int(0, 2))
    return isInput
      ? `${name}: { n: ${this.#choices.chance(40) ? `$${this.#variable(false)}` : number} }`
      : `${name}: ${number}`
  }

  #variable(isInput: boolean): string {
    const name = `${isInput ? 'by' : 'n'}${this.#choices.int(0, 2)}`
    if (!this.variables.has(name)) {
      const number = this.#choices.pick([null, 0, 1, 2])
      const value = this.#choices.chance(30) ? undefined : isInput && number !== null ? { n: number } : number
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
