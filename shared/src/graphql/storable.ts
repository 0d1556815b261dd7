import { type DocumentNode, GraphQLError, Kind, visit } from 'graphql'

/** No input is nested so deep; whatever walks it may then call itself. */
const DEEPEST = 64

const UNSTORABLE = 'holds U+0000 or half of a surrogate pair, which is no character: leave it out'

/** Whether PostgreSQL can keep the text. */
export const isStorable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed()

/** The gateway makes variables of what stands in the operation: their names say nothing to the one who sent it. */
const nameOf = (path: string): string => (path.startsWith('_') ? 'A text in the operation' : path)

const fault = (value: unknown, path: string, depth = 0): string | null => {
  if (typeof value === 'string') return isStorable(value) ? null : `${nameOf(path)} ${UNSTORABLE}.`
  if (typeof value !== 'object' || value === null) return null
  if (depth > DEEPEST) return `${path} is nested too deeply.`
  const entries = Array.isArray(value) ? value.entries() : Object.entries(value)
  for (const [key, inner] of entries) {
    const found = fault(inner, path === '' ? `${key}` : `${path}.${key}`, depth + 1)
    if (found) return found
  }
  return null
}

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

/** Why variables cannot be used: PostgreSQL keeps neither U+0000 nor half a character. Null when they can. */
export const unstorableVariables = (variables: Readonly<Record<string, unknown>>): GraphQLError | null => {
  const found = fault(variables, '')
  return found === null ? null : badInput(found)
}

/** The same for what stands in the text of an operation. */
export const unstorableLiterals = (document: DocumentNode): GraphQLError | null => {
  let found: GraphQLError | null = null
  visit(document, {
    [Kind.STRING]: ({ value }) => {
      if (!isStorable(value)) found ??= badInput(`A text in the operation ${UNSTORABLE}.`)
    },
  })
  return found
}
