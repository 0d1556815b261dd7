import { type GraphQLInputType, getNamedType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql'
import { expect, test } from 'vitest'
import type { Viewer } from '../auth/index.ts'
import { type SchemaSource, schemaOf } from '../graphql/index.ts'
import { makeId } from '../time/index.ts'
import { operationFor } from './authorization/operation.ts'
import { placesOf } from './authorization/places.ts'
import type { Arguments } from './authorization/sample.ts'
import type { TestService } from './start-test-services.ts'

const LONG = 'x'.repeat(10_001)

/** What people and programs really send: nothing, too much, other scripts, markup, halves of characters, the bounds of numbers. */
const unusual: Readonly<Record<string, readonly unknown[]>> = {
  String: ['', ' ', LONG, '😀'.repeat(60), '<script>alert(1)</script>', 'a\u0000b', 'a\ud800b', '%_\\\'"', '\u202e'],
  ID: ['', 'nonsense', LONG, makeId(), 'a\u0000b', '😀'],
  Int: [-1, 0, 1_000, 2 ** 31 - 1, -(2 ** 31)],
  SafeInt: [-1, 0, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER],
  Float: [-1, 0, 1e308, -1e308, 5e-324],
  URL: [`https://example.com/${LONG}`, 'https://user:secret@example.com', 'https://example.com/\u0000', 'https://x'],
  Date: ['0000-01-01', '0001-01-01', '9999-12-31'],
  DateTime: ['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'],
  Currency: ['EUR', 'PTS'],
  EmailAddress: [`${'x'.repeat(300)}@example.com`],
}

/** Arguments of paging, and what they are given in every list. */
const paging: Readonly<Record<string, readonly unknown[]>> = {
  first: [0, 1, 100, 101, 1_000, -1, null],
  last: [0, 1_000, -1],
  after: [
    '',
    'nonsense',
    cursor(['x']),
    cursor([1, 'x']),
    cursor(['x', 'x']),
    cursor([makeId(), makeId()]),
    cursor([null, null]),
  ],
  before: ['nonsense', cursor([1e308, makeId()])],
}

function cursor(values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url')
}

type Step = string | number
interface Variation {
  readonly path: readonly Step[]
  readonly value: unknown
}

const isRecord = (value: unknown): value is Arguments =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every place in an argument, with each value that may be tried there. */
const variationsOf = (type: GraphQLInputType, given: unknown, path: readonly Step[]): Variation[] => {
  if (isNonNullType(type)) return variationsOf(type.ofType, given, path)
  if (isListType(type)) {
    const items = Array.isArray(given) && given.length > 0 ? given : []
    const [first] = items
    const inside = items.length > 0 ? variationsOf(type.ofType, first, [...path, 0]) : []
    const many = items.length > 0 ? [[], [first, first], Array.from({ length: 101 }, () => first)] : [[]]
    const leaf = inside.length > 0 ? [] : valuesOf(type.ofType).map((value) => [value])
    return [...[...many, ...leaf].map((value) => ({ path, value })), ...inside]
  }
  if (isInputObjectType(type))
    return Object.values(type.getFields()).flatMap((field) => {
      const value = isRecord(given) ? given[field.name] : undefined
      return variationsOf(field.type, value, [...path, field.name])
    })
  return valuesOf(type).map((value) => ({ path, value }))
}

const valuesOf = (type: GraphQLInputType): readonly unknown[] => {
  const named = getNamedType(type)
  if (isEnumType(named)) return named.getValues().map(({ name }) => name)
  return unusual[named.name] ?? []
}

/** A copy of `given` with the value at the path. */
const withAt = (given: unknown, [step, ...rest]: readonly Step[], value: unknown): unknown => {
  if (step === undefined) return value
  if (typeof step === 'number') {
    const list = Array.isArray(given) ? [...given] : []
    list[step] = withAt(list[step], rest, value)
    return list
  }
  return { ...(isRecord(given) ? given : {}), [step]: withAt(isRecord(given) ? given[step] : undefined, rest, value) }
}

const CODES = ['UNAUTHENTICATED', 'FORBIDDEN', 'NOT_FOUND', 'RATE_LIMITED', 'BAD_USER_INPUT']
/** Words that the libraries use of themselves: they say nothing to people. */
const MACHINE =
  /^Invalid input|^Invalid (string|URL|option|UUID|ISO|number)|^Too (big|small)|expected (string|number|array)/i

interface Options<Scene> {
  readonly definition: SchemaSource
  readonly service: () => TestService
  /** Who asks and about what; made once. */
  readonly scene: () => Promise<Scene & { readonly viewer: Viewer; readonly staff?: Viewer }>
  /** Arguments that would succeed, by place; those that are not named get samples. */
  readonly with: Readonly<Record<string, (scene: Scene) => Arguments>>
  /** Places that only staff reach. */
  readonly byStaff?: readonly string[]
  /** Keys of entities whose fields take arguments. */
  readonly entities?: Readonly<Record<string, (scene: Scene) => Arguments>>
}

/**
 * Sends to every argument of every operation what nobody thought of, and expects what people can act on: an answer, user errors in words,
 * or a refusal with a code; never INTERNAL.
 */
export const describeUnusualInputs = <Scene>(options: Options<Scene>): void => {
  const { definition, service, byStaff = [] } = options
  const schema = schemaOf(definition)
  let scene: ReturnType<Options<Scene>['scene']> | undefined
  const places = placesOf(schema).filter(({ field, kind }) => field && field.args.length > 0 && kind !== 'subscription')
  test.each(places.map((place) => [place.name, place] as const))(
    '%s answers unusual arguments in words',
    async (name, place) => {
      scene ??= options.scene()
      const found = await scene
      const given = options.with[name]?.(found) ?? {}
      const key =
        place.kind === 'field' ? (options.entities?.[place.type.name]?.(found) ?? { id: found.viewer.id }) : undefined
      const as = service().as(byStaff.includes(name) && found.staff ? found.staff : found.viewer)
      const faults: string[] = []
      for (const argument of place.field?.args ?? []) {
        const values =
          paging[argument.name] && place.kind !== 'mutation'
            ? (paging[argument.name] ?? []).map((value) => ({ path: [argument.name], value }))
            : variationsOf(argument.type, given[argument.name], [argument.name])
        for (const { path, value } of values) {
          const variables = withAt(given, path, value) as Arguments
          const operation = operationFor({ place, given: variables, key })
          const { data, errors } = await as.run(operation.query, { ...operation.variables })
          const said = JSON.stringify(value)?.slice(0, 40)
          for (const error of errors ?? [])
            if (!CODES.includes(String(error.extensions?.code)))
              faults.push(`${path.join('.')} = ${said}: ${error.extensions?.code} ${error.message}`)
          const payload = isRecord(data) ? data[place.field?.name ?? ''] : null
          const userErrors: unknown = isRecord(payload) ? payload.userErrors : []
          for (const error of Array.isArray(userErrors) ? userErrors : [])
            if (MACHINE.test(error.message)) faults.push(`${path.join('.')} = ${said}: ${error.message}`)
        }
      }
      expect(faults).toEqual([])
    },
  )
}
