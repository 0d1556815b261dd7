import {
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLInputType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql'
import { makeId } from '../../time/index.ts'

/** Arguments as a row gives them: what it leaves out and the schema requires is filled with samples. */
export type Arguments = Readonly<Record<string, unknown>>

const DAY_MS = 86_400_000

const samples: Readonly<Record<string, () => unknown>> = {
  ID: makeId,
  String: () => 'A sample of some length',
  Int: () => 1,
  Float: () => 1,
  SafeInt: () => 1_000,
  Boolean: () => true,
  DateTime: () => new Date(Date.now() + DAY_MS).toISOString(),
  Date: () => new Date(Date.now() + DAY_MS).toISOString().slice(0, 10),
  EmailAddress: () => 'sample@example.com',
  URL: () => 'https://example.com/sample',
  Currency: () => 'USD',
  JSONObject: () => ({}),
}

const isRecord = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)

const sampleOf = (type: GraphQLInputType, given: unknown): unknown => {
  if (isNonNullType(type)) return sampleOf(type.ofType, given)
  if (isInputObjectType(type) && (given === undefined || isRecord(given)))
    return completeFields(Object.values(type.getFields()), given ?? {}, isRequiredInputField)
  if (given !== undefined) return given
  if (isListType(type)) return [sampleOf(type.ofType, undefined)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  const make = samples[type.toString()]
  if (!make) throw new Error(`there is no sample of ${type.toString()}`)
  return make()
}

const completeFields = <Field extends GraphQLArgument | GraphQLInputField>(
  fields: readonly Field[],
  given: Arguments,
  isRequired: (field: Field) => boolean,
): Arguments => {
  const known = new Set(fields.map(({ name }) => name))
  const foreign = Object.keys(given).filter((name) => !known.has(name))
  if (foreign.length > 0) throw new Error(`there is no argument or input field ${foreign.join(', ')}`)
  return Object.fromEntries(
    fields
      .filter((field) => field.name in given || isRequired(field))
      .map((field) => [field.name, sampleOf(field.type, given[field.name])]),
  )
}

/** The given arguments, and a sample for each required argument and input field that is missing. */
export const completeArguments = (args: readonly GraphQLArgument[], given: Arguments): Arguments =>
  completeFields(args, given, isRequiredArgument)
