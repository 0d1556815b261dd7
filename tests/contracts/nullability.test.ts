import { fileURLToPath } from 'node:url'
import { serviceNames } from '@gigraph/dev/stack'
import { readTypeDefs } from '@gigraph/shared/graphql'
import { Kind, type ObjectTypeDefinitionNode, type ObjectTypeExtensionNode } from 'graphql'
import { describe, expect, test } from 'vitest'

/** Who answers for each entity that others add to or refer to. */
const owners: Readonly<Record<string, string>> = {
  User: 'identity',
  Viewer: 'identity',
  Gig: 'marketplace',
  Tool: 'marketplace',
  Job: 'marketplace',
  Proposal: 'marketplace',
  CustomOffer: 'marketplace',
  Order: 'orders',
  Payment: 'payments',
  Conversation: 'messaging',
}

const objectsOf = (service: string): (ObjectTypeDefinitionNode | ObjectTypeExtensionNode)[] =>
  readTypeDefs(fileURLToPath(new URL(`../../subgraphs/${service}/src`, import.meta.url))).definitions.filter(
    (definition) => definition.kind === Kind.OBJECT_TYPE_DEFINITION || definition.kind === Kind.OBJECT_TYPE_EXTENSION,
  )

/** A service that is away must cost its own fields only, so what two services make together may be null. */
describe.each(serviceNames)('%s', (service) => {
  test('what it adds to another service’s entity may be null', () => {
    const demanding = objectsOf(service)
      .filter(({ name }) => owners[name.value] && owners[name.value] !== service)
      .flatMap(({ name, fields = [] }) =>
        fields
          .filter((field) => field.name.value !== 'id' && field.type.kind === Kind.NON_NULL_TYPE)
          .map((field) => `${name.value}.${field.name.value}`),
      )
    expect(demanding).toEqual([])
  })

  test('where it refers to another service’s entity, that may be null', () => {
    const demanding = objectsOf(service).flatMap(({ name, fields = [] }) =>
      fields
        .filter(({ type }) => {
          if (type.kind !== Kind.NON_NULL_TYPE || type.type.kind !== Kind.NAMED_TYPE) return false
          const owner = owners[type.type.name.value]
          return owner !== undefined && owner !== service
        })
        .map((field) => `${name.value}.${field.name.value}`),
    )
    expect(demanding).toEqual([])
  })
})
