import type { JsonObject } from './json.ts'
import type { PlainLeaf } from './leaf-values.ts'
import type { ShapedField } from './selection-shape.ts'
import { type Shaping, shapeField } from './shape.ts'

/** Makes the response object of one selection, for one runtime type; null when a non-null field is null. */
export type ObjectBuilder = (object: JsonObject, shaping: Shaping) => JsonObject | null

/** Whether a value passes as it is, by what it has to be. */
const PASSES: Readonly<Record<PlainLeaf, (value: string) => string>> = {
  string: (value) => `typeof ${value} === 'string'`,
  number: (value) => `typeof ${value} === 'number'`,
  boolean: (value) => `typeof ${value} === 'boolean'`,
  integer: (value) => `Number.isInteger(${value})`,
}

/**
 * Writes the function that a person would write who knew the selection: every key by its name, the object in one literal.
 * That is half the time of a loop over fields (docs/adr/0016). Only names out of a parsed document go into the text, as
 * string literals.
 */
export function compileBuilder(fields: readonly ShapedField[]): ObjectBuilder {
  const statements = fields.map((field, i) => {
    const shaped = `v${i} = shapeField(fields[${i}], object, shaping)`
    const checked = field.nonNull ? `${shaped}; if (v${i} === null) return null` : shaped
    if (field.source === 'typename') return `const v${i} = ${JSON.stringify(field.parentType)}`
    if (field.plain === undefined) return `const ${checked}`
    return `let v${i} = object[${JSON.stringify(field.dataKey)}]; if (!(${PASSES[field.plain](`v${i}`)})) { ${checked} }`
  })
  // Without brackets this one key would set the prototype.
  const entries = fields.map(({ key }, i) => `${key === '__proto__' ? '["__proto__"]' : JSON.stringify(key)}: v${i}`)
  const body = `return (object, shaping) => { ${statements.join('\n')}\nreturn { ${entries.join(', ')} } }`
  return new Function('fields', 'shapeField', body)(fields, shapeField)
}
