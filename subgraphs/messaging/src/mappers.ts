import type { PrivateFile as File } from '@gigraph/shared/uploads'
import type { ConversationRow, ParticipantRow } from './conversation/conversation.ts'
import type { ConversationSignal } from './live/topics.ts'
import type { MessageRow } from './message/message.ts'
import type { ReactionGroup } from './message/reaction-store.ts'
import type { ReportRow } from './message/report-store.ts'
import type { NotificationRow } from './notification/notification.ts'
import type { TicketRow } from './ticket/ticket.ts'
import type { AttemptRow, DeliveryRow, EndpointRow } from './webhook/webhook.ts'

/** What resolvers get as the parent of each type. */
export type Conversation = ConversationRow
export type ConversationParticipant = ParticipantRow
export type ConversationEvent = ConversationSignal
export type Message = MessageRow
export type MessageReport = ReportRow
export type Ticket = TicketRow
export type Reaction = ReactionGroup
export type PrivateFile = File
export type Notification = NotificationRow
export type WebhookEndpoint = EndpointRow
export type WebhookDelivery = DeliveryRow
export type WebhookAttempt = AttemptRow
export interface User {
  readonly id: string
}
export interface Viewer {
  readonly id: string
}
export interface Order {
  readonly id: string
}
export interface Gig {
  readonly id: string
}
export interface Job {
  readonly id: string
}
export interface Proposal {
  readonly id: string
}
export interface CustomOffer {
  readonly id: string
}
