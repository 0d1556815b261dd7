import { z } from 'zod'
import { type Operation, operation } from './operation.ts'
import { paginate } from './paginate.ts'
import { inRange, listParams } from './params.ts'
import type { Kind, Tables } from './store.ts'

/** The kinds that clients list: they know when they were made. */
type Listed = { [K in Kind]: Tables[K] extends { created: number } ? K : never }[Kind]

/** Declares `GET` of a collection, newest first, by instant and by the members that are named: equal to what is asked for. */
export const listOperation = <K extends Listed>(
  path: string,
  kind: K,
  members: readonly (keyof Tables[K] & string)[],
): Operation =>
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      ...Object.fromEntries(members.map((member) => [member, z.string().optional()])),
    }),
    run({ emulation, account, params }) {
      const asked: Readonly<Record<string, unknown>> = params
      const found = emulation.store
        .list(kind, account)
        .filter(
          (each) =>
            members.every((member) => !asked[member] || each[member] === asked[member]) &&
            inRange(each.created, params.created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  })
