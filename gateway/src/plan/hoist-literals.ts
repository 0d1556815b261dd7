import {
  type ConstValueNode,
  type FragmentDefinitionNode,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isScalarType,
  isSpecifiedScalarType,
  Kind,
  type OperationDefinitionNode,
  parseType,
  print,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  valueFromAST,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import { reachableFragments } from './specialize.ts'

/** An operation without the literals of its fields' arguments, and their values under the variables that took their place. */
export interface HoistedOperation {
  readonly definition: OperationDefinitionNode
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>
  readonly literals: Readonly<Record<string, unknown>>
}

const PREFIX = '_literal_'

/**
 * Puts variables in the place of literals, so that operations which differ in nothing else share one plan. Equal literals of
 * one type get one variable: fields that merged still do. Literals stay
 * - in directives: `@skip`, `@include` and `@defer` decide the plan;
 * - where a variable is inside of them, and where a custom scalar is: its service may read a literal in another way;
 * - in introspection, which the gateway answers itself;
 * - in a document that uses our names for variables.
 * @param definition is valid against the schema
 */
export function hoistLiterals(
  definition: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  schema: GraphQLSchema,
): HoistedOperation {
  const reached = [...reachableFragments(definition.selectionSet, fragments)]
  const unchanged = { definition, fragments: byName(reached), literals: {} }
  if (definition.variableDefinitions?.some(({ variable }) => variable.name.value.startsWith(PREFIX))) return unchanged
  const hoisting = new Hoisting(schema)
  const rewritten = hoisting.rewrite(definition)
  const rewrittenFragments = byName(reached.map((fragment) => hoisting.rewrite(fragment)))
  if (hoisting.definitions.length === 0) return unchanged
  return {
    definition: {
      ...rewritten,
      variableDefinitions: [...(definition.variableDefinitions ?? []), ...hoisting.definitions],
    },
    fragments: rewrittenFragments,
    literals: hoisting.literals,
  }
}

function byName(fragments: readonly FragmentDefinitionNode[]): Map<string, FragmentDefinitionNode> {
  return new Map(fragments.map((fragment) => [fragment.name.value, fragment]))
}

class Hoisting {
  readonly definitions: VariableDefinitionNode[] = []
  readonly literals: Record<string, unknown> = {}
  readonly #names = new Map<string, string>()
  readonly #schema: GraphQLSchema

  constructor(schema: GraphQLSchema) {
    this.#schema = schema
  }

  rewrite<T extends OperationDefinitionNode | FragmentDefinitionNode>(node: T): T {
    const typeInfo = new TypeInfo(this.#schema)
    return visit(
      node,
      visitWithTypeInfo(typeInfo, {
        // Not inside of variable definitions and directives; `false` also passes over what is below introspection.
        VariableDefinition: () => false,
        Directive: () => false,
        Field: { enter: (field) => (field.name.value.startsWith('__') ? false : undefined) },
        Argument: {
          enter: (argument) => {
            const type = typeInfo.getArgument()?.type
            const name = type && isHoistable(type, argument.value) ? this.#variableFor(argument.value, type) : undefined
            if (name === undefined) return false
            return { ...argument, value: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } } }
          },
        },
      }),
    ) as T
  }

  #variableFor(literal: ValueNode, type: GraphQLInputType): string | undefined {
    const key = `${type} ${print(literal)}`
    const known = this.#names.get(key)
    if (known !== undefined) return known
    const value = valueFromAST(literal, type)
    if (value === undefined) return undefined
    const name = `${PREFIX}${this.definitions.length}`
    this.#names.set(key, name)
    this.literals[name] = value
    this.definitions.push({
      kind: Kind.VARIABLE_DEFINITION,
      variable: { kind: Kind.VARIABLE, name: { kind: Kind.NAME, value: name } },
      type: parseType(String(type), { noLocation: true }),
    })
    return name
  }
}

function isHoistable(type: GraphQLInputType, value: ValueNode): boolean {
  return isConstant(value) && !mayHoldCustomScalar(type, new Set())
}

function isConstant(value: ValueNode): value is ConstValueNode {
  if (value.kind === Kind.VARIABLE) return false
  if (value.kind === Kind.LIST) return value.values.every(isConstant)
  return value.kind !== Kind.OBJECT || value.fields.every((field) => isConstant(field.value))
}

function mayHoldCustomScalar(type: GraphQLInputType, seen: Set<GraphQLInputType>): boolean {
  const named = getNamedType(type)
  if (isScalarType(named)) return !isSpecifiedScalarType(named)
  if (!isInputObjectType(named) || seen.has(named)) return false
  seen.add(named)
  return Object.values(named.getFields()).some((field) => mayHoldCustomScalar(field.type, seen))
}
