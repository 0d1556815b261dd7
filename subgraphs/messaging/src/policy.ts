import { createAuthorize, hasScope, type Viewer } from '@gigraph/shared/auth'
import type { ConversationRow, ParticipantRow } from './conversation/conversation.ts'
import type { TicketRow } from './ticket/ticket.ts'

interface Talk {
  readonly conversation: Pick<ConversationRow, 'kind' | 'reportedAt'>
  readonly participants: readonly Pick<ParticipantRow, 'userId'>[]
}

type OwnTicket = Pick<TicketRow, 'userId'>

const takesPart = (viewer: Viewer, { participants }: Talk): boolean =>
  participants.some(({ userId }) => userId === viewer.id)

const isSupport = (viewer: Viewer, { conversation }: Talk): boolean =>
  conversation.kind === 'TICKET' && hasScope(viewer, 'support:write')

/** Who may do what with conversations. Staff read tickets and conversations with an open report, nothing else. */
const policies = {
  'conversation:see': (viewer: Viewer, talk: Talk) =>
    takesPart(viewer, talk) ||
    isSupport(viewer, talk) ||
    (talk.conversation.reportedAt !== null && hasScope(viewer, 'content:moderate')),
  'conversation:write': (viewer: Viewer, talk: Talk) => takesPart(viewer, talk),
  'ticket:see': (viewer: Viewer, ticket: OwnTicket) => viewer.id === ticket.userId || hasScope(viewer, 'support:write'),
  'ticket:reply': (viewer: Viewer, ticket: OwnTicket) =>
    viewer.id === ticket.userId || hasScope(viewer, 'support:write'),
  'conversation:listen': (viewer: Viewer, talk: Talk) => takesPart(viewer, talk) || isSupport(viewer, talk),
}

export const authorize = createAuthorize(policies)
