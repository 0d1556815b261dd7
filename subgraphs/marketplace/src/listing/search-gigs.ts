import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, dropAbsent, mapConnection } from '@gigraph/shared/graphql'
import type { QuerySearchGigsArgs } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'
import type { Wanted } from './conditions.ts'
import type { Spread } from './facets.ts'
import { findPage } from './find-page.ts'
import { correctSpelling } from './spelling.ts'

/** The found page with what was really looked for. */
export interface Found extends Connection<Gig> {
  readonly wanted: Wanted
  readonly correctedQuery: string | null
  /** How all matches spread; null when nobody asked for it. */
  readonly spread: Spread | null
}

const MAXIMUM_QUERY = 200

/**
 * One page of the gigs on the market. Misspelt words are corrected only when nothing has the typed ones.
 *
 * @param counting whether to count all matches too, in the same statement
 * @throws {ApplicationError} BAD_USER_INPUT for more than 200 characters, unusable page arguments and foreign cursors
 */
export const searchGigs = async (ctx: Context, args: QuerySearchGigsArgs, counting: boolean): Promise<Found> => {
  const typed = (args.query ?? '').trim()
  if (typed.length > MAXIMUM_QUERY) throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'query')
  const sort = args.sort ?? 'RELEVANCE'
  const find = (wanted: Wanted) => findPage(ctx.db, args, { wanted, sort, counting })

  let wanted: Wanted = { text: typed === '' ? undefined : typed, filter: args.filter }
  let found = await find(wanted)
  let correctedQuery: string | null = null
  if (wanted.text && found.page.nodes.length === 0) {
    correctedQuery = await correctSpelling(ctx.db, wanted.text)
    if (correctedQuery !== null) {
      wanted = { ...wanted, text: correctedQuery }
      found = await find(wanted)
    }
  }
  const { page, spread } = found
  const ids = page.nodes.map(({ gigId }) => gigId)
  const gigs = ids.length > 0 ? await gigById(ctx, ids) : new Map<string, Gig>()
  return { ...dropAbsent(mapConnection(page, ({ gigId }) => gigs.get(gigId) ?? null)), wanted, correctedQuery, spread }
}
