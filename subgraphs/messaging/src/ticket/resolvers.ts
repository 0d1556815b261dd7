import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import { conversationsById } from '../conversation/conversation-store.ts'
import { peopleById } from '../people/people-store.ts'
import { authorize } from '../policy.ts'
import { assignTicket } from './assign-ticket.ts'
import { openTicket } from './open-ticket.ts'
import { replyTicket } from './reply-ticket.ts'
import { setTicketStatus } from './set-ticket-status.ts'
import type { TicketRow } from './ticket.ts'
import { listTickets, ticketsById } from './ticket-store.ts'

const findVisibleTicket = async (ctx: Context, id: string): Promise<TicketRow> => {
  const ticket = isId(id) ? await load(ctx, ticketsById, id) : null
  if (!ticket) throw notFound('Ticket')
  authorize(ctx.viewer, 'ticket:see', ticket)
  return ticket
}

export const ticketResolvers: Resolvers = {
  Query: {
    ticket: (_, { id }, ctx) => {
      requireViewer(ctx)
      return findVisibleTicket(ctx, id)
    },
    tickets: (_, { filter, ...page }, ctx) => {
      requireScope(requireViewer(ctx), 'support:write')
      return listTickets(ctx, { ...filter }, 'asc', page)
    },
  },

  Mutation: {
    openTicket: async (_, { input }, ctx) => payload('ticket', await openTicket(ctx, input)),
    replyTicket: async (_, { input }, ctx) => {
      const replied = await replyTicket(ctx, input)
      return replied.ok
        ? { ...replied.value, userErrors: [] }
        : { ticket: null, message: null, userErrors: replied.errors }
    },
    assignTicket: async (_, { input }, ctx) => payload('ticket', await assignTicket(ctx, input)),
    setTicketStatus: async (_, { input }, ctx) => payload('ticket', await setTicketStatus(ctx, input)),
  },

  Ticket: {
    __resolveReference: ({ id }, ctx) => findVisibleTicket(ctx, id),
    user: async ({ userId }, _, ctx) => ((await load(ctx, peopleById, userId))?.erasedAt ? null : { id: userId }),
    assignee: ({ assigneeId }) => (assigneeId ? { id: assigneeId } : null),
    order: ({ orderId }) => (orderId ? { id: orderId } : null),
    conversation: async ({ conversationId }, _, ctx) => {
      const conversation = await load(ctx, conversationsById, conversationId)
      if (!conversation) throw notFound('Conversation')
      return conversation
    },
  },

  Viewer: {
    tickets: (_, page, ctx) => listTickets(ctx, { userId: requireViewer(ctx).id }, 'desc', page),
  },
}
