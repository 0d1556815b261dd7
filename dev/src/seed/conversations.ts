import type { SeedConversation, SeedNotification } from '@gigraph/messaging/seed'
import type { Random } from './random.ts'
import type { FinishedOrder } from './world.ts'

const HOUR_MS = 3_600_000

/** `answers`: the number of the line that it replies to. `liked`: what the other side thinks of it. */
type Line = readonly [
  side: 'buyer' | 'seller',
  body: string,
  more?: { readonly answers?: number; readonly liked?: string },
]

const TALK: readonly [Line, ...Line[]] = [
  ['buyer', 'Hello! I have just placed the order. When would you start?'],
  ['seller', 'Thank you for the order! I can start tomorrow morning. May I ask two questions before?', { liked: '👍' }],
  ['buyer', 'Of course, go ahead.', { answers: 1 }],
  ['seller', 'Who will see the result first, and is there anything you do not want at all?'],
  ['buyer', 'Our customers will see it on the website. And please no gradients.', { answers: 3 }],
  ['seller', 'Understood. You will see a first version by the end of the week.'],
  ['buyer', 'Wonderful, looking forward to it.', { liked: '🎉' }],
]

/** The talk about an order, as far as it got. */
export const orderConversation = (
  random: Random,
  { id, plan }: Pick<FinishedOrder, 'id' | 'plan'>,
  placedAt: Date,
): SeedConversation => {
  const length = random.between(2, TALK.length)
  const people = { buyer: plan.buyerId, seller: plan.terms.sellerId }
  const ids = TALK.slice(0, length).map((_, index) => random.id(new Date(placedAt.getTime() + index * HOUR_MS)))
  return {
    id: random.id(placedAt),
    kind: 'ORDER',
    subjectId: id,
    title: plan.terms.title,
    userIds: [people.buyer, people.seller],
    startedBy: people.buyer,
    createdAt: placedAt,
    messages: ids.map((messageId, index) => {
      const [side, body, { answers, liked } = {}] = TALK[index] ?? TALK[0]
      const replyToId = answers === undefined ? undefined : ids[answers]
      return {
        id: messageId,
        senderId: people[side],
        body,
        createdAt: new Date(placedAt.getTime() + index * HOUR_MS),
        ...(replyToId && { replyToId }),
        ...(liked && { reactions: [{ userId: people[side === 'buyer' ? 'seller' : 'buyer'], emoji: liked }] }),
      }
    }),
    read: { [people.buyer]: length, [people.seller]: Math.max(0, length - random.between(0, 1)) },
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
