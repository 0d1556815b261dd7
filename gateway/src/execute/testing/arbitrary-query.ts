import fc from 'fast-check'
import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
} from 'graphql'

/** Aliases that collide with keys, required fields and each other. */
const ALIASES = ['id', 'name', 'price', 'a', 'b']
const CONDITIONS = ['@include(if: $yes)', '@skip(if: $yes)', '@include(if: $no)', '@skip(if: $no)', '@skip(if: true)']

const DEFERRALS = ['@defer', '@defer', '@defer(if: $yes)', '@defer(if: $no)', '@defer @include(if: $yes)']

/**
 * Valid-looking queries over a schema; some are refused by validation because aliases conflict.
 * @param defer whether fragments are often deferred
 */
export function arbitraryQuery(schema: GraphQLSchema, depth: number, defer = false): fc.Arbitrary<string> {
  const root = schema.getQueryType()
  if (!root) throw new Error('The schema has no queries')
  return selectionSet(schema, root, depth, defer).map(
    (set) => `query ($yes: Boolean = true, $no: Boolean = false) ${set}`,
  )
}

function selectionSet(
  schema: GraphQLSchema,
  type: GraphQLNamedType,
  depth: number,
  defer: boolean,
): fc.Arbitrary<string> {
  const inside = (named: GraphQLNamedType) => selectionSet(schema, named, depth - 1, defer)
  const choices: fc.Arbitrary<string>[] = []
  if (isObjectType(type) || isInterfaceType(type)) {
    for (const field of Object.values(type.getFields())) {
      const named = getNamedType(field.type)
      if (isCompositeType(named) && depth === 0) continue
      const below = isCompositeType(named) ? inside(named) : fc.constant('')
      choices.push(fieldOf(field, below))
    }
  }
  choices.push(fc.constant('__typename'))
  const targets = isAbstractType(type) ? schema.getPossibleTypes(type) : []
  if (depth > 0) {
    if (defer) choices.push(fragment(type.name, inside(type), defer))
    for (const target of targets) choices.push(fragment(target.name, inside(target), defer))
    if (isObjectType(type) && type !== schema.getQueryType()) {
      for (const parent of type.getInterfaces()) {
        choices.push(fragment(parent.name, inside(parent), defer))
      }
    }
  }
  return fc
    .array(fc.oneof(...choices), { minLength: depth > 1 ? 2 : 1, maxLength: 4 })
    .map((selections) => `{ ${selections.join(' ')} }`)
}

function fieldOf(field: GraphQLField<unknown, unknown>, below: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const args = field.args.map((argument) =>
    fc
      .integer({ min: 0, max: 2 })
      .chain((value) => (isRequiredArgument(argument) ? fc.constant(value) : fc.option(fc.constant(value))))
      .map((value) => (value === null ? '' : `${argument.name}: ${value}`)),
  )
  return fc
    .tuple(
      fc.option(fc.constantFrom(...ALIASES), { freq: 3 }),
      fc.option(fc.constantFrom(...CONDITIONS), { freq: 6 }),
      fc.tuple(...args),
      below,
    )
    .map(([alias, condition, values, set]) => {
      const given = values.filter((value) => value !== '')
      const call = given.length > 0 ? `(${given.join(', ')})` : ''
      return `${alias === null ? '' : `${alias}: `}${field.name}${call} ${condition ?? ''} ${set}`
    })
}

function fragment(type: string, below: fc.Arbitrary<string>, defer: boolean): fc.Arbitrary<string> {
  const directives = fc.constantFrom(...(defer ? DEFERRALS : CONDITIONS))
  return fc
    .tuple(fc.option(directives, { freq: 6 }), below)
    .map(([condition, set]) => `... on ${type} ${condition ?? ''} ${set}`)
}
