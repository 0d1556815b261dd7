import { Kind, type OperationDefinitionNode } from 'graphql'
import type { AccessRule } from '../supergraph/access-rules.ts'
import type { RequestContext } from '../transport/transport.ts'

type Access = Pick<RequestContext, 'scopes' | 'policies'>

/** Beyond this many condition variables only their defaults are planned ahead: every further one doubles the plans. */
const MAX_COMBINED = 3

/** The values of an operation's condition variables for which to plan ahead. */
export function likelyConditions(
  { variableDefinitions = [] }: OperationDefinitionNode,
  names: readonly string[],
): Record<string, boolean>[] {
  if (names.length > MAX_COMBINED) {
    const isTrue = (name: string) =>
      variableDefinitions.some(
        ({ variable, defaultValue }) =>
          variable.name.value === name && defaultValue?.kind === Kind.BOOLEAN && defaultValue.value,
      )
    return [Object.fromEntries(names.map((name) => [name, isTrue(name)]))]
  }
  return names.reduce<Record<string, boolean>[]>(
    (known, name) => known.flatMap((conditions) => [false, true].map((value) => ({ ...conditions, [name]: value }))),
    [{}],
  )
}

/** Callers for whom to plan ahead: nobody, somebody without any role, and somebody who may do everything. */
export function likelyCallers(rules: readonly AccessRule[]): Access[] {
  if (rules.length === 0) return [{ scopes: null }]
  const all = (kind: 'scopes' | 'policies') =>
    rules.flatMap((rule) => (rule.kind === kind && 'anyOf' in rule ? rule.anyOf.flat() : []))
  const scopes = all('scopes')
  return [{ scopes: null }, { scopes }, { scopes, policies: new Set(all('policies')) }]
}
