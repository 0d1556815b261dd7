import type { SeedConversation, SeedNotification } from '@gigraph/messaging/seed'
import type { Random } from './random.ts'
import type { FinishedOrder } from './world.ts'

const HOUR_MS = 3_600_000

const TALK: readonly (readonly ['buyer' | 'seller', string])[] = [
  ['buyer', 'Hello! I have just placed the order. When would you start?'],
  ['seller', 'Thank you for the order! I can start tomorrow morning. May I ask two questions before?'],
  ['buyer', 'Of course, go ahead.'],
  ['seller', 'Who will see the result first, and is there anything you do not want at all?'],
  ['buyer', 'Our customers will see it on the website. And please no gradients.'],
  ['seller', 'Understood. You will see a first version by the end of the week.'],
  ['buyer', 'Wonderful, looking forward to it.'],
]

/** The talk about an order, as far as it got. */
export const orderConversation = (
  random: Random,
  { id, plan }: Pick<FinishedOrder, 'id' | 'plan'>,
  placedAt: Date,
): SeedConversation => {
  const length = random.between(2, TALK.length)
  return {
    id: random.id(placedAt),
    kind: 'ORDER',
    subjectId: id,
    title: plan.terms.title,
    userIds: [plan.buyerId, plan.terms.sellerId],
    startedBy: plan.buyerId,
    createdAt: placedAt,
    messages: TALK.slice(0, length).map(([side, body], index) => {
      const createdAt = new Date(placedAt.getTime() + index * HOUR_MS)
      return {
        id: random.id(createdAt),
        senderId: side === 'buyer' ? plan.buyerId : plan.terms.sellerId,
        body,
        createdAt,
      }
    }),
    read: { [plan.buyerId]: length, [plan.terms.sellerId]: Math.max(0, length - random.between(0, 1)) },
  }
}

/** What the two people of an order were told when it was placed. */
export const orderNotifications = (
  random: Random,
  { id, plan }: Pick<FinishedOrder, 'id' | 'plan'>,
  placedAt: Date,
): SeedNotification[] => [
  {
    id: random.id(placedAt),
    userId: plan.terms.sellerId,
    category: 'ORDERS',
    title: 'You have a new order',
    body: `Somebody ordered “${plan.terms.title}”.`,
    link: `/orders/${id}`,
    orderId: id,
    createdAt: placedAt,
    readAt: random.chance(0.7) ? new Date(placedAt.getTime() + HOUR_MS) : null,
  },
]
