import {
  orderCancelled,
  orderChanged,
  orderCompleted,
  orderDelivered,
  orderDisputed,
  orderExpired,
  orderLate,
  orderPlaced,
  orderResolved,
  orderRevisionRequested,
  orderStarted,
} from '@gigraph/orders/events'
import type { Transaction } from '@gigraph/shared/database'
import type { EventDefinition } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { ensureConversation, listParticipants } from '../conversation/conversation-store.ts'
import { appendMessage } from '../message/append-message.ts'
import { isAnyErased } from '../people/people-store.ts'
import { meaningOf } from './order-changes.ts'
import type { OrderFacts } from './order-facts.ts'

const { handle } = bind<Context>()

/** Says in the order's conversation what happened; makes the conversation when this event is the first to arrive. */
const say = async (ctx: Context, tx: Transaction, order: OrderFacts, body: string): Promise<void> => {
  const { orderId, title } = order
  const userIds = [order.buyerId, order.sellerId]
  if (await isAnyErased(tx, userIds)) return
  const { conversation } = await ensureConversation(ctx, tx, {
    kind: 'ORDER',
    subjectId: orderId,
    title,
    userIds,
    startedBy: null,
  })
  const participants = await listParticipants(tx, conversation.id)
  await appendMessage(ctx, tx, { conversation, participants, kind: 'SYSTEM', senderId: null, body })
}

const tell = <Payload extends OrderFacts>(event: EventDefinition<Payload>, words: (order: Payload) => string) =>
  handle(event, 'tell-conversation', (ctx, tx, order) => say(ctx, tx, order, words(order)))

/** What the conversation of an order says by itself. */
export const orderTalk = [
  tell(orderPlaced, ({ title }) => `“${title}” was ordered.`),
  tell(orderStarted, ({ dueAt }) => `The order is paid and work begins. It is due on ${dueAt.slice(0, 10)}.`),
  tell(orderDelivered, () => 'The seller has delivered.'),
  tell(orderRevisionRequested, () => 'The buyer has requested a revision.'),
  tell(orderCompleted, () => 'The order is completed.'),
  tell(orderCancelled, () => 'The order is cancelled.'),
  tell(orderExpired, () => 'The order has expired: it was not paid in time.'),
  tell(orderDisputed, () => 'There is a dispute about this order.'),
  tell(orderResolved, () => 'The dispute is resolved.'),
  tell(orderLate, () => 'The delivery is late.'),
  handle(orderChanged, 'tell-conversation', async (ctx, tx, order) => {
    const meaning = meaningOf(order)
    if (meaning) await say(ctx, tx, order, meaning.talk)
  }),
]
