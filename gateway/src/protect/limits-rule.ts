import { GraphQLError, type ValidationRule } from 'graphql'
import type { Limits } from './limits.ts'
import { type Measure, measureOperation } from './measure.ts'

const CAPS: readonly (readonly [measured: keyof Measure, cap: keyof Limits, words: string])[] = [
  ['depth', 'maxDepth', 'levels of fields'],
  ['aliases', 'maxAliases', 'aliases'],
  ['directives', 'maxDirectives', 'directives'],
  ['rootFields', 'maxRootFields', 'root fields'],
]

/**
 * A validation rule that refuses operations that are deeper, wider or busier than the limits allow; `extensions.limit`
 * says which limit, and by how much.
 */
export const limitsRule =
  (limits: Limits): ValidationRule =>
  (context) => ({
    OperationDefinition(operation) {
      const measure = measureOperation(context.getDocument(), operation)
      for (const [measured, cap, words] of CAPS) {
        if (measure[measured] <= limits[cap]) continue
        context.reportError(
          new GraphQLError(`The operation has ${measure[measured]} ${words}; ${limits[cap]} are allowed.`, {
            nodes: operation,
            extensions: { limit: { name: cap, allowed: limits[cap], actual: measure[measured] } },
          }),
        )
      }
    },
  })
