import {
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'

/**
 * The parts of a schema that an operation names, as schema coordinates (`Type.field`, `Type.field(argument:)`, `Input.field`,
 * `Enum.VALUE`). What stands in the values of variables is not seen.
 */
export const coordinatesOf = (
  schema: GraphQLSchema,
  document: DocumentNode,
  operation: OperationDefinitionNode,
): ReadonlySet<string> => {
  const found = new Set<string>()
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  }
  const waiting = new Set<string>()
  const read = (root: OperationDefinitionNode | FragmentDefinitionNode) => {
    const types = new TypeInfo(schema)
    visit(
      root,
      visitWithTypeInfo(types, {
        Field() {
          const parent = types.getParentType()
          const field = types.getFieldDef()
          if (!parent || !field || field.name.startsWith('__')) return
          found.add(`${parent.name}.${field.name}`)
          // Whoever asks an interface for a field asks its members.
          const members = isInterfaceType(parent) ? schema.getPossibleTypes(parent) : []
          for (const member of members) found.add(`${member.name}.${field.name}`)
        },
        Argument() {
          const parent = types.getParentType()
          const field = types.getFieldDef()
          const argument = types.getArgument()
          if (parent && field && argument && !types.getDirective())
            found.add(`${parent.name}.${field.name}(${argument.name}:)`)
        },
        ObjectField(node) {
          const parent = types.getParentInputType()
          if (isInputObjectType(parent)) found.add(`${parent.name}.${node.name.value}`)
        },
        EnumValue(node) {
          const type = getNamedType(types.getInputType())
          if (isEnumType(type)) found.add(`${type.name}.${node.value}`)
        },
        FragmentSpread(node) {
          waiting.add(node.name.value)
        },
      }),
    )
  }
  read(operation)
  // A set grows while it is walked: fragments of fragments are read as well, each once.
  for (const name of waiting) {
    const fragment = fragments.get(name)
    if (fragment) read(fragment)
  }
  return found
}

/** One part of a schema. */
export interface SchemaPart {
  readonly coordinate: string
  /** Why it should not be used any more. */
  readonly deprecated: string | null
}

/** Every field of output types of a schema, and all else that is deprecated. */
export const partsOf = (schema: GraphQLSchema): SchemaPart[] => {
  const parts: SchemaPart[] = []
  const add = (coordinate: string, deprecated: string | null | undefined, always: boolean) => {
    if (always || deprecated) parts.push({ coordinate, deprecated: deprecated ?? null })
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isEnumType(type)) {
      for (const value of type.getValues()) add(`${type.name}.${value.name}`, value.deprecationReason, false)
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        add(`${type.name}.${field.name}`, field.deprecationReason, false)
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const field of Object.values(type.getFields())) {
        add(`${type.name}.${field.name}`, field.deprecationReason, true)
        for (const argument of field.args)
          add(`${type.name}.${field.name}(${argument.name}:)`, argument.deprecationReason, false)
      }
    }
  }
  return parts
}
