import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Connection, type ConnectionArguments, mapConnection, paginate } from '@gigraph/shared/graphql'
import { and, eq, getTableColumns, isNotNull, isNull } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigOfRow, type Selected, selectGigs } from '../gig/gig-store.ts'
import { gigs, reports, tools } from '../tables.ts'
import type { Tool } from '../tool/tool.ts'

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

const { document: _, ...toolColumns } = getTableColumns(tools)

/** Tools that wait for staff, the longest first. Needs the scope content:moderate. */
export const toolModerationQueue = async (ctx: Context, args: ConnectionArguments): Promise<Connection<Tool>> => {
  requireScope(requireViewer(ctx), 'content:moderate')
  return paginate(
    args,
    [
      { column: tools.updatedAt, direction: 'asc', of: (tool: Tool) => tool.updatedAt },
      { column: tools.id, direction: 'asc', of: (tool: Tool) => tool.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(toolColumns)
        .from(tools)
        .where(and(eq(tools.status, 'PENDING_REVIEW'), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
}

export type ListingReport = typeof reports.$inferSelect

/** What people have reported, the latest first; what staff have answered only when asked for. Needs the scope content:moderate. */
export const listingReports = async (
  ctx: Context,
  { resolved, ...args }: ConnectionArguments & { readonly resolved?: boolean | null | undefined },
): Promise<Connection<ListingReport>> => {
  requireScope(requireViewer(ctx), 'content:moderate')
  return paginate(
    args,
    [
      { column: reports.createdAt, direction: 'desc', of: (report: ListingReport) => report.createdAt },
      { column: reports.id, direction: 'desc', of: (report: ListingReport) => report.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(reports)
        .where(and(resolved ? isNotNull(reports.resolvedAt) : isNull(reports.resolvedAt), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
}
