import { type GraphQLLeafType, isEnumType } from 'graphql'
import { type Completer, reportUnlessCovered } from './shape.ts'

/**
 * Checks a scalar or enum value of a service. An @inaccessible enum value is null, as if it were not there. Custom scalars pass as they are: their owner has serialized them.
 */
export function completeLeaf(type: GraphQLLeafType, hidden: ReadonlySet<string>): Completer {
  const accepts = acceptorOf(type)
  if (accepts === undefined) return (value) => value
  if (isEnumType(type)) {
    return (value, shaping) =>
      accepts(value) ? value : hidden.has(`${type.name}.${value}`) ? null : checked(accepts, value, shaping, type)
  }
  if (type.name === 'ID') {
    return (value, shaping) => (typeof value === 'string' ? value : checked(accepts, value, shaping, type, String))
  }
  return (value, shaping) => checked(accepts, value, shaping, type)
}

/** How a value of a built-in scalar passes unchanged: what nearly every value does. */
export type PlainLeaf = 'string' | 'number' | 'integer' | 'boolean'

/** The check by which a leaf's values may pass without {@link completeLeaf}; undefined for enums and custom scalars. */
export function plainLeaf(type: GraphQLLeafType): PlainLeaf | undefined {
  switch (isEnumType(type) ? '' : type.name) {
    case 'String':
    case 'ID':
      return 'string'
    case 'Int':
      return 'integer'
    case 'Float':
      return 'number'
    case 'Boolean':
      return 'boolean'
    default:
      return undefined
  }
}

function checked(
  accepts: (value: unknown) => boolean,
  value: unknown,
  shaping: Parameters<Completer>[1],
  type: GraphQLLeafType,
  convert?: (value: unknown) => unknown,
): unknown {
  if (accepts(value)) return convert === undefined ? value : convert(value)
  reportUnlessCovered(shaping, `Invalid value for type ${type.name}.`)
  return null
}

function acceptorOf(type: GraphQLLeafType): ((value: unknown) => boolean) | undefined {
  if (isEnumType(type)) {
    const members = new Set<unknown>(type.getValues().map((value) => value.name))
    return (value) => members.has(value)
  }
  switch (type.name) {
    case 'Int':
      return (value) => Number.isInteger(value)
    case 'Float':
      return (value) => typeof value === 'number'
    case 'String':
      return (value) => typeof value === 'string'
    case 'Boolean':
      return (value) => typeof value === 'boolean'
    case 'ID':
      return (value) => typeof value === 'string' || Number.isInteger(value)
    default:
      return undefined
  }
}
