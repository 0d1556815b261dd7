import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadSupergraph } from '@gigraph/gateway'
import {
  type GraphQLField,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { describe, expect, test } from 'vitest'
import { readCostModel } from '../../gateway/src/protect/cost-model.ts'

const sdl = readFileSync(fileURLToPath(new URL('../../gateway/supergraph.graphql', import.meta.url)), 'utf8')
const { apiSchema: schema } = loadSupergraph(sdl)
const costs = readCostModel(sdl)
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
)

const fieldsOf = (name: string) => {
  const type = schema.getType(name)
  if (!isObjectType(type)) throw new Error(`the graph has no object ${name}`)
  return type.getFields()
}

describe('the graph', () => {
  test('every type, field, argument, input field and enum value says what it is', () => {
    const silent: string[] = []
    const look = (name: string, { description }: { readonly description?: string | null | undefined }) => {
      if (!description?.trim()) silent.push(name)
    }
    for (const type of types) {
      if (type !== schema.getQueryType() && type !== schema.getMutationType() && type !== schema.getSubscriptionType())
        look(type.name, type)
      if (isObjectType(type) || isInterfaceType(type))
        for (const field of Object.values(type.getFields())) {
          look(`${type.name}.${field.name}`, field)
          for (const argument of field.args) look(`${type.name}.${field.name}(${argument.name})`, argument)
        }
      if (isInputObjectType(type))
        for (const field of Object.values(type.getFields())) look(`${type.name}.${field.name}`, field)
      if (isEnumType(type)) for (const value of type.getValues()) look(`${type.name}.${value.name}`, value)
    }
    expect(silent).toEqual([])
  })

  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})

  test.each(mutations.map((mutation) => [mutation.name, mutation] as const))(
    '%s takes one input and answers a payload with user errors',
    (name, mutation: GraphQLField<unknown, unknown>) => {
      expect(mutation.args.map((argument) => argument.name)).toEqual(mutation.args.length > 0 ? ['input'] : [])
      const payload = isNonNullType(mutation.type) ? mutation.type.ofType : mutation.type
      if (!isObjectType(payload)) throw new Error(`${name} answers no object`)
      expect(String(payload.getFields().userErrors?.type)).toBe('[UserError!]!')
      expect(payload.name).toBe(`${name.charAt(0).toUpperCase()}${name.slice(1)}Payload`)
    },
  )

  /** Objects that one finds from the caller on only: without an id, a client's cache knows them by their place. */
  const partsOfViewer = new Set(
    Object.values(fieldsOf('Viewer'))
      .map(({ type }) => getNamedType(type))
      .filter((type) => isObjectType(type) && !type.getFields().id && !type.name.endsWith('Connection')),
  )

  test('a mutation that changes what hangs on Viewer without an id answers the viewer, so that a cache can follow', () => {
    const blind = mutations.filter(({ type }) => {
      const payload = getNamedType(type)
      if (!isObjectType(payload) || payload.getFields().viewer) return false
      return Object.values(payload.getFields()).some((field) => partsOfViewer.has(getNamedType(field.type)))
    })
    expect([...partsOfViewer].map(String)).toContain('Mfa')
    expect(blind.map(({ name }) => name)).toEqual([])
  })

  test('one thing asked for by its id may be null: what is not there costs its own field', () => {
    const demanding = Object.values(schema.getQueryType()?.getFields() ?? {}).filter(
      ({ args, type }) => args.some(({ name }) => name === 'id') && isNonNullType(type),
    )
    expect(demanding.map(({ name }) => name)).toEqual([])
  })

  test('whatever several services make together has an id, by which caches know it', () => {
    const keyed = [...sdl.matchAll(/^type (\w+)[^{]*\{/gm)].filter(([head]) => /@join__type\(.*key:/.test(head))
    const nameless = keyed.filter(([, name]) => {
      const type = schema.getType(name ?? '')
      return isObjectType(type) && !type.getFields().id
    })
    expect(keyed.length).toBeGreaterThan(12)
    expect(nameless.map(([, name]) => name)).toEqual([])
  })

  test('every connection says how long it is, so that its cost is known before it runs', () => {
    const silent = types
      .filter((type) => isObjectType(type))
      .flatMap((type) =>
        Object.values(type.getFields())
          .filter((field) => getNamedType(field.type).name.endsWith('Connection'))
          .map((field) => `${type.name}.${field.name}`),
      )
      .filter((name) => !costs.listSizes.has(name))
    expect(silent).toEqual([])
  })

  test('connections have edges, nodes and pageInfo, and their fields page by keyset', () => {
    for (const type of types.filter((each) => each.name.endsWith('Connection')))
      if (isObjectType(type))
        expect(Object.keys(type.getFields()), type.name).toEqual(expect.arrayContaining(['edges', 'nodes', 'pageInfo']))
    for (const type of types)
      if (isObjectType(type))
        for (const field of Object.values(type.getFields()))
          if (String(field.type).replace('!', '').endsWith('Connection'))
            expect(
              field.args.map((argument) => argument.name),
              `${type.name}.${field.name}`,
            ).toEqual(expect.arrayContaining(['first', 'after']))
  })

  test('lists never hold null', () => {
    for (const type of types)
      if (isObjectType(type))
        for (const field of Object.values(type.getFields())) {
          const inner = isNonNullType(field.type) ? field.type.ofType : field.type
          if (isListType(inner)) expect(isNonNullType(inner.ofType), `${type.name}.${field.name}`).toBe(true)
        }
  })
})
