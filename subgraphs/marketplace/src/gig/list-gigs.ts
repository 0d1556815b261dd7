import { type Connection, type ConnectionArguments, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, eq, inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { gigStatuses, gigs } from '../tables.ts'
import type { Gig, GigStatus } from './gig.ts'
import { gigOfRow, inGoodStanding, type Selected, selectGigs } from './gig-store.ts'

interface Of {
  readonly sellerId: string
  readonly statuses: readonly GigStatus[]
  /** Leaves out the gigs of suspended sellers, as buyers do not see them. */
  readonly forBuyers: boolean
}

const newestFirst = [
  {
    column: gigs.createdAt,
    direction: 'desc' as const,
    of: ({ gig }: Selected) => gig.createdAt,
  },
  { column: gigs.id, direction: 'desc' as const, of: ({ gig }: Selected) => gig.id },
]

const list = async (ctx: Context, args: ConnectionArguments, of: Of): Promise<Connection<Gig>> => {
  const page = await paginate(args, newestFirst, ({ where, orderBy, limit }) =>
    selectGigs(ctx.db)
      .where(
        and(
          eq(gigs.sellerId, of.sellerId),
          inArray(gigs.status, [...of.statuses]),
          of.forBuyers ? inGoodStanding : undefined,
          where,
        ),
      )
      .orderBy(...orderBy)
      .limit(limit),
  )
  return mapConnection(page, gigOfRow)
}

/** A seller's gigs on the market, newest first. */
export const listGigsOnOffer = (ctx: Context, sellerId: string, args: ConnectionArguments) =>
  list(ctx, args, { sellerId, statuses: ['ACTIVE'], forBuyers: true })

/** The viewer's own gigs, newest first. */
export const listOwnGigs = (
  ctx: Context,
  sellerId: string,
  { status, ...args }: ConnectionArguments & { readonly status?: readonly GigStatus[] | null | undefined },
) =>
  list(ctx, args, {
    sellerId,
    statuses: status ?? gigStatuses.filter((each) => each !== 'ARCHIVED'),
    forBuyers: false,
  })
