import type { ExecutionResult } from 'graphql'
import { describe, expect, test } from 'vitest'
import { scopesOfRole, type Viewer } from '../auth/index.ts'
import { type SchemaSource, schemaOf } from '../graphql/index.ts'
import { makeId } from '../time/index.ts'
import { type Observation, observe } from './authorization/observe.ts'
import { operationFor, type PlaceOperation } from './authorization/operation.ts'
import { type Place, placeNamed, placesOf } from './authorization/places.ts'
import { type Decision, type Rule, type ViewerKind, viewerKinds } from './authorization/rules.ts'
import type { Arguments } from './authorization/sample.ts'
import { person } from './people.ts'
import type { TestService } from './start-test-services.ts'

export * from './authorization/rules.ts'

/** Who takes part in a row; nobody is null. `apiKey` is the owner through a key without scopes. */
export type Cast = Readonly<Record<Exclude<ViewerKind, 'anonymous'>, Viewer>>

/** Strangers of every kind; pass those who matter to the service's things. */
export const castOf = (people: Partial<Cast> = {}): Cast => {
  const owner = people.owner ?? person('CLIENT')
  return {
    owner,
    counterpart: person('FREELANCER'),
    other: person('CLIENT', 'FREELANCER', 'TOOL_CREATOR'),
    client: person('CLIENT'),
    freelancer: person('FREELANCER'),
    toolCreator: person('TOOL_CREATOR'),
    support: person('SUPPORT'),
    admin: person('ADMIN'),
    apiKey: { ...owner, kind: 'api_key', sessionId: makeId(), scopes: [] },
    ...people,
  }
}

/** What one cell's functions get: who asks, and the scene of the row. */
type Cell<Scene> = Scene & { readonly kind: ViewerKind; readonly viewer: Viewer | null }
type Given<Scene, Value> = (cell: Cell<Scene>) => Value | Promise<Value>

/** The decision for a place, and how to get there. */
interface Row<Scene> {
  readonly rule: Rule
  /** Arguments that matter; the schema's other required ones are filled with samples. Called for each cell. */
  readonly with?: Given<Scene, Arguments>
  /** The key of the entity, when it is another one than the table's `entities` give. */
  readonly of?: Given<Scene, Arguments>
  /** For fields of types that are no entities: a query with `*` where the field goes, `{ viewer { account { * } } }`. */
  readonly through?: Given<Scene, string>
  /** A scene of its own for each cell, where one viewer's success would spoil it for the next. */
  readonly fresh?: boolean
}

interface MatrixOptions<Scene> {
  readonly definition: SchemaSource
  /** The running service; read when the tests run. */
  readonly service: () => TestService
  /** The people and things that a row is about, made anew for each row. */
  readonly scene: () => Promise<Scene>
  /** The key of each entity by its type; Viewer is the owner's when absent. */
  readonly entities?: Readonly<Record<string, Given<Scene, Arguments>>>
  /** By places, several separated by spaces: `Mutation.placeOrder`, `_entities.Order`, `Viewer.orders`. A rule alone needs no arguments. */
  readonly rows: Readonly<Record<string, Row<Scene> | Rule>>
}

const isRule = <Scene>(row: Row<Scene> | Rule): row is Rule => 'decide' in row

/**
 * The authorization matrix of a service, as vitest tests: every place of its schema that lets somebody through or refuses, by every
 * kind of viewer, executed against the real service. A place without a row fails, and so does a row without a place, a row that
 * nobody passes, and a row whose scopes differ from the SDL's.
 */
export const describeAuthorization = <Scene extends { readonly cast: Cast }>(options: MatrixOptions<Scene>): void => {
  const { definition, rows } = options
  const schema = schemaOf(definition)
  const table = new Map(
    Object.entries(rows).flatMap(([names, row]) =>
      names
        .trim()
        .split(/\s+/)
        .map((name) => [name, isRule(row) ? { rule: row } : row] as const),
    ),
  )
  const places = new Map(placesOf(schema).map((place) => [place.name, place]))
  for (const name of table.keys()) {
    const place = places.get(name) ?? placeNamed(schema, name)
    if (place) places.set(name, place)
  }

  describe('authorization', () => {
    test('every place of the schema has a decision, and every decision a place', () => {
      expect({
        undecided: [...places.keys()].filter((name) => !table.has(name)),
        unknown: [...table.keys()].filter((name) => !places.has(name)),
      }).toEqual({ undecided: [], unknown: [] })
    })
    test('what the SDL says of scopes and logins is what the decisions say', () => {
      expect([...places.values()].flatMap((place) => disagreement(place, table.get(place.name)?.rule))).toEqual([])
    })
    for (const place of places.values()) {
      const row = table.get(place.name)
      if (row) test(place.name, () => tryRow(options, place, row))
    }
  })
}

const disagreement = ({ name, scopes, authenticated }: Place, rule: Rule | undefined): string[] => {
  if (!rule) return []
  const inSdl = scopes.map((all) => all.join(' and ')).sort()
  if (inSdl.length > 0 && inSdl.join() !== [...(rule.scopes ?? [])].sort().join())
    return [
      `${name}: the SDL asks for ${inSdl.join(' or ')}, the decision for ${rule.scopes?.join(' or ') ?? 'no scope'}`,
    ]
  return authenticated && rule.decide({ kind: 'anonymous', viewer: null }) === 'allowed'
    ? [`${name}: the SDL asks for a login, the decision does not`]
    : []
}

/** Keys that hold one scope, or every scope but those that the rule asks for: narrowed rights are exactly what they say. */
const narrowedKeys = ({ scopes = [] }: Rule): readonly (readonly [string, Viewer])[] => {
  if (scopes.length === 0) return []
  const all = [...new Set(Object.values(scopesOfRole).flat())]
  const key = (...held: string[]): Viewer => ({
    ...person('CLIENT', 'FREELANCER', 'TOOL_CREATOR', 'SUPPORT', 'ADMIN'),
    kind: 'api_key',
    scopes: held,
  })
  return [
    ...scopes.map((scope) => [`a key with only ${scope}`, key(scope)] as const),
    [`a key with every scope but ${scopes.join(', ')}`, key(...all.filter((scope) => !scopes.includes(scope)))],
  ]
}

const tryRow = async <Scene extends { readonly cast: Cast }>(
  options: MatrixOptions<Scene>,
  place: Place,
  row: Row<Scene>,
): Promise<void> => {
  const expected: Record<string, Decision> = {}
  const observed: Record<string, Observation> = {}
  let scene = await options.scene()
  const ask = async (label: string, kind: ViewerKind, viewerOf: (scene: Scene) => Viewer | null) => {
    if (row.fresh) scene = await options.scene()
    const viewer = viewerOf(scene)
    expected[label] = row.rule.decide({ kind, viewer })
    observed[label] = await askAs(options, place, row, { ...scene, kind, viewer })
  }
  for (const kind of viewerKinds) await ask(kind, kind, ({ cast }) => (kind === 'anonymous' ? null : cast[kind]))
  for (const [label, key] of narrowedKeys(row.rule)) await ask(label, 'other', () => key)

  const decisions = Object.values(expected)
  expect(decisions, 'a row that nobody passes proves nothing').toContain('allowed')
  const isRight = (label: string): boolean => {
    const got = observed[label]?.decision
    // Where emptiness is a refusal, being let through means to find something.
    return got === expected[label] || (got === 'empty' && expected[label] === 'allowed' && !decisions.includes('empty'))
  }
  const wrong = Object.keys(expected).filter((label) => !isRight(label))
  const reports = wrong.map((label) => {
    const { decision, answer } = observed[label] ?? {}
    return `${label}: ${expected[label]} expected, ${decision} observed: ${answer}`
  })
  expect(reports).toEqual([])
}

const askAs = async <Scene extends { readonly cast: Cast }>(
  { service, entities = {} }: MatrixOptions<Scene>,
  place: Place,
  row: Row<Scene>,
  cell: Cell<Scene>,
): Promise<Observation> => {
  const keyOf = row.of ?? entities[place.type.name]
  const isOwn = place.type.name === 'Viewer'
  const operation = operationFor({
    place,
    given: (await row.with?.(cell)) ?? {},
    key: place.isEntity ? ((await keyOf?.(cell)) ?? (isOwn ? { id: cell.cast.owner.id } : undefined)) : undefined,
    through: await row.through?.(cell),
  })
  return observe(await run(service(), place, operation, cell.viewer), operation.path)
}

const run = async (
  { service }: TestService,
  { kind }: Place,
  { query, variables }: PlaceOperation,
  viewer: Viewer | null,
): Promise<ExecutionResult> => {
  const caller = { viewer, address: '127.0.0.1', userAgent: 'authorization matrix' }
  const request = { query, variables, caller, requestId: makeId() }
  if (kind !== 'subscription') return service.execute(request)
  const answer = await service.subscribe(request)
  if (!(Symbol.asyncIterator in answer)) return answer
  await answer.return?.()
  return { data: { [query.match(/\{ (\w+)/)?.[1] ?? '']: true } }
}
