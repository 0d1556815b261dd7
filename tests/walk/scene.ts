import type { Stack } from '@gigraph/dev/stack'
import { expect } from 'vitest'
import { createGraphClient, type GraphClient } from '../support/client.ts'
import type { Person } from '../support/person.ts'

export const within = { timeout: 30_000, interval: 100 }

/** Who walks, and what they have made so far; each chapter goes on where the one before has ended. */
export interface Walk {
  readonly topology: 'process' | 'services'
  readonly admin: { readonly email: string; readonly password: string; readonly handle: string }
  stack: Stack
  client: Person
  freelancer: Person
  stranger: Person
  /** What acts for the seller with an API key, and what it checks calls with. */
  partner: GraphClient
  webhookSecret: string
  gigId: string
  orderId: string
  conversationId: string
}

/** A walk before its first step: what it lacks, the chapters add in their order. */
export const newWalk = (topology: Walk['topology']): Walk =>
  ({
    topology,
    admin: { email: 'ada@example.com', password: 'a password for the tests', handle: 'ada' },
  }) as Walk

/** The code of the one error with which somebody is refused. */
export const refusedFor = async (
  walk: Walk,
  who: 'nobody' | 'stranger',
  document: string,
  variables: Record<string, unknown>,
) => {
  const graph = who === 'nobody' ? createGraphClient(walk.stack.graphqlUrl, null) : walk.stranger.client
  const { data, errors } = await graph.run(document, variables)
  const codes = [...(errors ?? []).map((error) => error.extensions?.code)]
  expect(codes, JSON.stringify({ data, errors })).toHaveLength(1)
  return codes[0]
}
