import { usersByIds } from '@gigraph/identity/internal'
import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { notify } from '../notification/notify.ts'
import type { TicketRow } from './ticket.ts'
import { findTicketForUpdate, saveTicket } from './ticket-store.ts'

const assignTicketInput = z.object({
  ticketId: z.uuid({ error: 'This is no ticket.' }),
  assigneeId: z.uuid({ error: 'This is no user.' }).nullish(),
})

const isStaff = async (ctx: Context, userId: string): Promise<boolean> => {
  const { users } = await ctx.call(usersByIds, { ids: [userId] })
  const [user] = users
  return user?.status === 'ACTIVE' && (user.roles.includes('SUPPORT') || user.roles.includes('ADMIN'))
}

/** Says who of support looks after a ticket, or that nobody does. */
export const assignTicket = async (ctx: Context, input: unknown): Promise<Result<TicketRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'support:write')
  const parsed = parseInput(assignTicketInput, input)
  if (!parsed.ok) return parsed
  const { ticketId, assigneeId = null } = parsed.value
  if (assigneeId && !(await isStaff(ctx, assigneeId)))
    return fail('VALIDATION', 'Only members of support look after tickets.', { field: ['input', 'assigneeId'] })

  return transaction(ctx.db, async (tx) => {
    const ticket = await findTicketForUpdate(tx, ticketId)
    if (ticket.status === 'CLOSED') return fail('INVALID_STATE', 'The ticket is closed.', { allowed: [] })
    if (assigneeId && assigneeId !== viewer.id && assigneeId !== ticket.assigneeId)
      await notify(ctx, tx, [
        {
          userId: assigneeId,
          category: 'MESSAGES',
          title: 'A ticket for you',
          body: `You look after “${ticket.topic}” now.`,
          link: `/support/${ticketId}`,
        },
      ])
    await noteAct(ctx, tx, {
      ...{ action: 'TICKET_ASSIGNED', subjectId: ticket.userId, object: { kind: 'TICKET', id: ticketId } },
      ...{ before: { assigneeId: ticket.assigneeId }, after: { assigneeId } },
    })
    return ok(await saveTicket(tx, ticketId, { assigneeId, updatedAt: ctx.clock.now() }))
  })
}
