import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { ticketResolved } from '../events.ts'
import { notify } from '../notification/notify.ts'
import { canBecome, nextStatuses, type TicketRow } from './ticket.ts'
import { findTicketForUpdate, saveTicket } from './ticket-store.ts'

const setTicketStatusInput = z.object({
  ticketId: z.uuid({ error: 'This is no ticket.' }),
  status: z.enum(['OPEN', 'PENDING', 'RESOLVED', 'CLOSED']),
})

/** Moves a ticket on; its user hears when it is resolved. */
export const setTicketStatus = async (ctx: Context, input: unknown): Promise<Result<TicketRow>> => {
  requireScope(requireViewer(ctx), 'support:write')
  const parsed = parseInput(setTicketStatusInput, input)
  if (!parsed.ok) return parsed
  const { ticketId, status } = parsed.value

  return transaction(ctx.db, async (tx) => {
    const ticket = await findTicketForUpdate(tx, ticketId)
    if (!canBecome(ticket.status, status))
      return fail('INVALID_STATE', `A ticket that is ${ticket.status} cannot become ${status}.`, {
        allowed: nextStatuses(ticket.status),
      })
    const now = ctx.clock.now()
    if (status === 'RESOLVED') await ctx.publish(tx, ticketResolved, { ticketId, userId: ticket.userId })
    // Resolving tells by its event; who was told so needs not hear of the end as well.
    if (status === 'CLOSED' && ticket.status !== 'RESOLVED')
      await notify(ctx, tx, [
        {
          userId: ticket.userId,
          category: 'MESSAGES',
          title: 'Your ticket is closed',
          body: `Our support has closed “${ticket.topic}”. Open another one if something is left.`,
          link: `/support/${ticketId}`,
        },
      ])
    await noteAct(ctx, tx, {
      ...{ action: 'TICKET_STATUS_SET', subjectId: ticket.userId, object: { kind: 'TICKET', id: ticketId } },
      ...{ before: { status: ticket.status }, after: { status } },
    })
    const resolvedAt = status === 'RESOLVED' ? now : status === 'CLOSED' ? ticket.resolvedAt : null
    return ok(await saveTicket(tx, ticketId, { status, resolvedAt, updatedAt: now }))
  })
}
