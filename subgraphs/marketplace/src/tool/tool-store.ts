import type { Transaction } from '@gigraph/shared/database'
import { type Batch, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, getTableColumns, inArray, ne, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { sellers, tools } from '../tables.ts'
import type { Tool } from './tool.ts'

const { document: _, ...columns } = getTableColumns(tools)

export const toolById: Batch<Context, string, Tool> = async (ctx, ids) =>
  indexBy(
    await ctx.db
      .select(columns)
      .from(tools)
      .where(inArray(tools.id, ids.filter(isId))),
    ({ id }) => id,
  )

export const findOptionalForUpdate = async (tx: Transaction, id: string): Promise<Tool | undefined> => {
  const [found] = isId(id) ? await tx.select(columns).from(tools).where(eq(tools.id, id)).for('update') : []
  return found
}

/** How many tools a creator keeps, drafts included. */
export const countOfCreator = (tx: Transaction, creatorId: string): Promise<number> =>
  tx.$count(tools, and(eq(tools.creatorId, creatorId), ne(tools.status, 'REMOVED')))

export const add = async (tx: Transaction, tool: typeof tools.$inferInsert): Promise<Tool> => {
  const [added] = await tx.insert(tools).values(tool).returning(columns)
  if (!added) throw new Error('an insert returned nothing')
  return added
}

export const save = async (tx: Transaction, id: string, changes: Partial<typeof tools.$inferInsert>): Promise<Tool> => {
  const [saved] = await tx.update(tools).set(changes).where(eq(tools.id, id)).returning(columns)
  if (!saved) throw new Error(`the tool ${id} is gone`)
  return saved
}

const list = (ctx: Context, args: ConnectionArguments, condition: SQL | undefined) =>
  paginate(
    args,
    [
      { column: tools.createdAt, direction: 'desc', of: (tool: Tool) => tool.createdAt },
      { column: tools.id, direction: 'desc', of: (tool: Tool) => tool.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select(columns)
        .from(tools)
        .where(and(condition, where))
        .orderBy(...orderBy)
        .limit(limit),
  )

const inGoodStanding = sql`not exists(select from ${sellers} where ${sellers.userId} = ${tools.creatorId} and (${sellers.suspendedAt} is not null or ${sellers.deletedAt} is not null))`

/** Tools on offer that match, newest first. */
export const listOnOffer = (
  ctx: Context,
  args: ConnectionArguments,
  wanted: {
    readonly query?: string | null | undefined
    readonly maxPoints?: number | null | undefined
    readonly creatorId?: string
  },
) => {
  const text = wanted.query?.trim().slice(0, 200)
  return list(
    ctx,
    args,
    and(
      eq(tools.status, 'ACTIVE'),
      inGoodStanding,
      text ? sql`${tools.document} @@ websearch_to_tsquery('english', plain_text(${text}))` : undefined,
      wanted.maxPoints != null ? sql`${tools.pointsPerUse} <= ${wanted.maxPoints}` : undefined,
      wanted.creatorId ? eq(tools.creatorId, wanted.creatorId) : undefined,
    ),
  )
}

/** A creator's own tools, newest first. */
export const listOwn = (
  ctx: Context,
  creatorId: string,
  { status, ...args }: ConnectionArguments & { readonly status?: readonly Tool['status'][] | null | undefined },
) => list(ctx, args, and(eq(tools.creatorId, creatorId), status ? inArray(tools.status, [...status]) : undefined))
