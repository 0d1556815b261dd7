import { getNamedType, isObjectType } from 'graphql'
import { type SchemaSource, schemaOf } from '../graphql/index.ts'

/** Every field of a service's schema that answers a page of a list: `Type.field`. */
export const connectionFields = (definition: SchemaSource): string[] =>
  Object.values(schemaOf(definition).getTypeMap()).flatMap((type) =>
    isObjectType(type)
      ? Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
          .map((field) => `${type.name}.${field.name}`)
      : [],
  )
