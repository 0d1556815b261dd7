import {
  type DocumentNode,
  type FieldNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql'
import type { AccessRule, AccessRules } from '../supergraph/access-rules.ts'
import type { RequestContext } from '../transport/transport.ts'
import type { SpecializedOperation } from './specialize.ts'

/** Decides which fields of an operation a caller may not see, by the rules of one supergraph. */
export class Authorization {
  readonly #schema: GraphQLSchema
  readonly #rules: AccessRules
  readonly #ruleSets = new Map<string, readonly AccessRule[]>()

  constructor(schema: GraphQLSchema, rules: AccessRules) {
    this.#schema = schema
    this.#rules = rules
  }

  /** Every rule that matters to a document; their outcomes choose its plan. */
  rulesOf(document: DocumentNode): readonly AccessRule[] {
    const rules = new Map<string, AccessRule>()
    this.#visitFields(document, (_field, own) => {
      for (const rule of own) rules.set(JSON.stringify(rule), rule)
    })
    return [...rules.values()]
  }

  /** The fields that the caller may not see. What lies below them is not listed. */
  deniedFields(
    operation: SpecializedOperation,
    context: Pick<RequestContext, 'scopes' | 'policies'>,
  ): ReadonlySet<FieldNode> {
    const denied = new Set<FieldNode>()
    const definitions = [operation.definition, ...operation.fragments.values()]
    this.#visitFields({ kind: Kind.DOCUMENT, definitions }, (field, rules) => {
      if (!rules.every((rule) => holds(rule, context))) denied.add(field)
    })
    return denied
  }

  #visitFields(document: DocumentNode, visitor: (field: FieldNode, rules: readonly AccessRule[]) => void): void {
    if (this.#rules.size === 0) return
    const typeInfo = new TypeInfo(this.#schema)
    visit(
      document,
      visitWithTypeInfo(typeInfo, {
        Field: (field) => {
          const [parent, definition] = [typeInfo.getParentType(), typeInfo.getFieldDef()]
          if (parent && definition) {
            const rules = this.#rulesFor(parent, field.name.value, getNamedType(definition.type))
            if (rules.length > 0) visitor(field, rules)
          }
        },
      }),
    )
  }

  /**
   * A field needs what it says itself, what the type that it is on says, and what the type that it returns says. On an
   * interface it needs what every implementation says: which one it will be is not known before a service is asked.
   */
  #rulesFor(parent: GraphQLNamedType, field: string, returned: GraphQLNamedType): readonly AccessRule[] {
    const place = `${parent.name}.${field}`
    let rules = this.#ruleSets.get(place)
    if (rules === undefined) {
      const owners = isAbstractType(parent) ? [parent, ...this.#schema.getPossibleTypes(parent)] : [parent]
      const places = [...owners.flatMap(({ name }) => [name, `${name}.${field}`]), returned.name]
      rules = places.flatMap((each) => this.#rules.get(each) ?? [])
      this.#ruleSets.set(place, rules)
    }
    return rules
  }
}

/** True when the caller satisfies a rule. Nobody without authentication has scopes or policies. */
export function holds(rule: AccessRule, { scopes, policies }: Pick<RequestContext, 'scopes' | 'policies'>): boolean {
  if (rule.kind === 'policies') return rule.anyOf.some((all) => all.every((policy) => policies?.has(policy) === true))
  if (scopes === null) return false
  return rule.kind === 'authenticated' || rule.anyOf.some((all) => all.every((scope) => scopes.includes(scope)))
}
