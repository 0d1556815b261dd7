import type { GraphQLScalarType } from 'graphql'
import { GraphQLError, Kind, GraphQLScalarType as Scalar } from 'graphql'
import { GraphQLDateTimeISO, GraphQLEmailAddress, GraphQLLocalDate, GraphQLSafeInt } from 'graphql-scalars'

const fromString = (name: string, parse: (text: string) => string): GraphQLScalarType =>
  new Scalar({
    name,
    serialize: String,
    parseValue: (value) => {
      if (typeof value !== 'string') throw new GraphQLError(`${name} must be a string`)
      return parse(value)
    },
    parseLiteral: (node) => {
      if (node.kind !== Kind.STRING) throw new GraphQLError(`${name} must be a string`, { nodes: node })
      return parse(node.value)
    },
  })

const currency = fromString('Currency', (text) => {
  if (!/^[A-Z]{3}$/.test(text)) throw new GraphQLError('Currency must be a three-letter ISO 4217 code such as USD')
  return text
})

const absoluteUrl = fromString('URL', (text) => {
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new GraphQLError('URL must be an absolute http or https URL')
  return text
})

const named = (name: string, scalar: GraphQLScalarType): GraphQLScalarType => new Scalar({ ...scalar.toConfig(), name })

/** Resolvers of the scalars in common.graphql. */
export const scalars = {
  DateTime: named('DateTime', GraphQLDateTimeISO),
  Date: named('Date', GraphQLLocalDate),
  EmailAddress: GraphQLEmailAddress,
  SafeInt: GraphQLSafeInt,
  Currency: currency,
  URL: absoluteUrl,
}
