import type { Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import { type Batch, type Connection, type ConnectionArguments, indexBy, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { tickets } from './tables.ts'
import type { TicketRow, TicketStatus } from './ticket.ts'

export const insertTicket = async (tx: Transaction, ticket: typeof tickets.$inferInsert): Promise<TicketRow> => {
  const [row] = await tx.insert(tickets).values(ticket).returning()
  if (!row) throw new Error('the insert answered no row')
  return row
}

/** @throws {ApplicationError} NOT_FOUND */
export const findTicketForUpdate = async (tx: Transaction, id: string): Promise<TicketRow> => {
  const [row] = await tx.select().from(tickets).where(eq(tickets.id, id)).for('update')
  if (!row) throw notFound('Ticket')
  return row
}

export const saveTicket = async (tx: Transaction, id: string, changes: Partial<TicketRow>): Promise<TicketRow> => {
  const [row] = await tx.update(tickets).set(changes).where(eq(tickets.id, id)).returning()
  if (!row) throw notFound('Ticket')
  return row
}

export const ticketsById: Batch<Context, string, TicketRow> = async ({ db }, ids) =>
  indexBy(
    await db
      .select()
      .from(tickets)
      .where(inArray(tickets.id, [...ids])),
    (ticket) => ticket.id,
  )

interface TicketQuery {
  readonly userId?: string
  readonly statuses?: readonly TicketStatus[] | null | undefined
  readonly assigneeId?: string | null | undefined
}

const conditions = (query: TicketQuery): (SQL | undefined)[] => [
  query.userId ? eq(tickets.userId, query.userId) : undefined,
  query.statuses?.length ? inArray(tickets.status, [...query.statuses]) : undefined,
  query.assigneeId ? (isId(query.assigneeId) ? eq(tickets.assigneeId, query.assigneeId) : sql`false`) : undefined,
]

/** A page of tickets by the time of their opening. */
export const listTickets = (
  { db }: Context,
  query: TicketQuery,
  direction: 'asc' | 'desc',
  args: ConnectionArguments,
): Promise<Connection<TicketRow>> =>
  paginate(
    args,
    [
      { column: tickets.createdAt, direction, of: (ticket: TicketRow) => ticket.createdAt },
      { column: tickets.id, direction, of: (ticket: TicketRow) => ticket.id },
    ],
    ({ where, orderBy, limit }) =>
      db
        .select()
        .from(tickets)
        .where(and(...conditions(query), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
