import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  valueFromASTUntyped,
} from 'graphql'

/** `@listSize` of one field. */
export interface ListSize {
  readonly assumedSize?: number
  readonly slicingArguments?: readonly string[]
  readonly sizedFields?: readonly string[]
}

/** What the supergraph says about the cost of its parts, by `Type`, `Type.field` and `Type.field(argument)`. */
export interface CostModel {
  readonly weights: ReadonlyMap<string, number>
  readonly listSizes: ReadonlyMap<string, ListSize>
}

const COST_SPEC = /^https:\/\/specs\.apollo\.dev\/cost\/v/

const argumentsOf = (directive: ConstDirectiveNode): Record<string, unknown> =>
  Object.fromEntries((directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]))

/** The names under which the schema links `@cost` and `@listSize` (https://specs.apollo.dev/link/v1.0/). */
const directiveNames = (document: DocumentNode): { readonly cost: string; readonly listSize: string } => {
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.SCHEMA_DEFINITION && definition.kind !== Kind.SCHEMA_EXTENSION) continue
    for (const directive of definition.directives ?? []) {
      const link = argumentsOf(directive)
      if (directive.name.value !== 'link' || !COST_SPEC.test(String(link.url))) continue
      const prefix = typeof link.as === 'string' ? link.as : 'cost'
      const imports = Array.isArray(link.import) ? (link.import as readonly unknown[]) : []
      const nameOf = (name: string) => {
        for (const entry of imports) {
          if (entry === `@${name}`) return name
          if (entry !== null && typeof entry === 'object' && 'name' in entry && entry.name === `@${name}`)
            return 'as' in entry ? String(entry.as).slice(1) : name
        }
        return name === prefix ? name : `${prefix}__${name}`
      }
      return { cost: nameOf('cost'), listSize: nameOf('listSize') }
    }
  }
  return { cost: 'cost', listSize: 'listSize' }
}

/** Reads `@cost` and `@listSize` (IBM's cost specification in Apollo's dialect) from a supergraph. */
export const readCostModel = (supergraphSdl: string): CostModel => {
  const document = parse(supergraphSdl, { noLocation: true })
  const names = directiveNames(document)
  const weights = new Map<string, number>()
  const listSizes = new Map<string, ListSize>()

  const readWeight = (key: string, directives: readonly ConstDirectiveNode[] = []) => {
    for (const directive of directives) {
      if (directive.name.value === names.cost) weights.set(key, Number(argumentsOf(directive).weight))
    }
  }
  const readField = (type: string, field: FieldDefinitionNode) => {
    const key = `${type}.${field.name.value}`
    readWeight(key, field.directives)
    for (const argument of field.arguments ?? []) readWeight(`${key}(${argument.name.value})`, argument.directives)
    const listSize = field.directives?.find((directive) => directive.name.value === names.listSize)
    if (listSize) listSizes.set(key, argumentsOf(listSize) as ListSize)
  }
  for (const definition of document.definitions) {
    if (!('name' in definition) || !definition.name || !('directives' in definition)) continue
    readWeight(definition.name.value, definition.directives as readonly ConstDirectiveNode[])
    if (definition.kind !== Kind.OBJECT_TYPE_DEFINITION && definition.kind !== Kind.INTERFACE_TYPE_DEFINITION) continue
    for (const field of (definition as ObjectTypeDefinitionNode).fields ?? []) readField(definition.name.value, field)
  }
  return { weights, listSizes }
}
