import type { tickets } from './tables.ts'

export type TicketRow = typeof tickets.$inferSelect
export type TicketStatus = TicketRow['status']

/** From each status, what support may make of a ticket. */
const transitions: Readonly<Record<TicketStatus, readonly TicketStatus[]>> = {
  OPEN: ['PENDING', 'RESOLVED', 'CLOSED'],
  PENDING: ['OPEN', 'RESOLVED', 'CLOSED'],
  RESOLVED: ['OPEN', 'CLOSED'],
  CLOSED: [],
}

export const nextStatuses = (status: TicketStatus): readonly TicketStatus[] => transitions[status]
export const canBecome = (from: TicketStatus, to: TicketStatus): boolean => transitions[from].includes(to)
