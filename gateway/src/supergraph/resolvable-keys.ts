import { type ConstDirectiveNode, type DocumentNode, Kind, parse, visit } from 'graphql'

/**
 * Leaves out a type's `resolvable: false` keys in every subgraph where it also has a resolvable key.
 *
 * Such a key says nothing that the planner needs: its fields are fields of the type, and nobody may enter by it. But when
 * the planner returns to a subgraph after a `@requires`, it takes the first key that it can fill, resolvable or not
 * (`getLocallySatisfiableKey` of @apollo/query-graphs 2.14), and the service is then asked by a key that it does not know.
 */
export function withoutShadowedKeys(supergraphSdl: string): DocumentNode {
  return visit(parse(supergraphSdl), {
    enter(node) {
      if (node.kind !== Kind.OBJECT_TYPE_DEFINITION && node.kind !== Kind.INTERFACE_TYPE_DEFINITION) return undefined
      const directives = node.directives ?? []
      const enterable = new Set(directives.filter(isResolvableKey).map((directive) => textOf(directive, 'graph')))
      const isShadowed = (directive: ConstDirectiveNode) =>
        isKey(directive) && !isResolvableKey(directive) && enterable.has(textOf(directive, 'graph'))
      return directives.some(isShadowed)
        ? { ...node, directives: directives.filter((directive) => !isShadowed(directive)) }
        : undefined
    },
  })
}

/** Interfaces that some service calls an object. */
export function findInterfaceObjects({ definitions }: DocumentNode): ReadonlySet<string> {
  return new Set(
    definitions.flatMap((definition) =>
      definition.kind === Kind.INTERFACE_TYPE_DEFINITION &&
      definition.directives?.some((directive) => textOf(directive, 'isInterfaceObject') === 'true')
        ? [definition.name.value]
        : [],
    ),
  )
}

function isKey(directive: ConstDirectiveNode): boolean {
  return directive.name.value === 'join__type' && textOf(directive, 'key') !== undefined
}

function isResolvableKey(directive: ConstDirectiveNode): boolean {
  return isKey(directive) && textOf(directive, 'resolvable') !== 'false'
}

function textOf(directive: ConstDirectiveNode, argument: string): string | undefined {
  const value = directive.arguments?.find((candidate) => candidate.name.value === argument)?.value
  if (value === undefined) return undefined
  return 'value' in value ? String(value.value) : undefined
}
