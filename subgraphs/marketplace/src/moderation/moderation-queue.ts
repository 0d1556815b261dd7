import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Connection, type ConnectionArguments, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, isNotNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigOfRow, type Selected, selectGigs } from '../gig/gig-store.ts'
import { gigs } from '../tables.ts'

/** Gigs and changes of gigs that wait for staff, the longest first. Needs the scope content:moderate. */
export const moderationQueue = async (ctx: Context, args: ConnectionArguments): Promise<Connection<Gig>> => {
  requireScope(requireViewer(ctx), 'content:moderate')
  const page = await paginate(
    args,
    [
      {
        column: gigs.waitingSince,
        direction: 'asc',
        of: ({ gig }: Selected) => gig.waitingSince ?? gig.createdAt,
      },
      { column: gigs.id, direction: 'asc', of: ({ gig }: Selected) => gig.id },
    ],
    ({ where, orderBy, limit }) =>
      selectGigs(ctx.db)
        .where(and(isNotNull(gigs.waitingSince), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
  return mapConnection(page, gigOfRow)
}
