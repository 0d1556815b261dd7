import type { OrderFacts } from './order-facts.ts'

/** What `order.changed` of @gigraph/orders/events tells. */
export interface OrderChange extends OrderFacts {
  readonly what: string
  /** Null: time or money did it, nobody pressed anything. */
  readonly actorId: string | null
  /** Where the order stands now. */
  readonly state: string
  /** Of answers. */
  readonly accepted: boolean | null
}

/** A notification in words. */
export type Words = readonly [title: string, body: string]

/** What a change means to the sides of the order, and what their conversation says of it. */
export interface Meaning {
  readonly buyer?: Words
  readonly seller?: Words
  readonly talk: string
}

/** One side did something that the other is to hear of. Null when neither side did it: then there is no other side. */
const fromSide = (
  { actorId, buyerId, sellerId }: OrderChange,
  meaning: (who: 'buyer' | 'seller') => { readonly other: Words; readonly talk: string },
): Meaning | null => {
  if (actorId !== buyerId && actorId !== sellerId) return null
  const who = actorId === buyerId ? 'buyer' : 'seller'
  const { other, talk } = meaning(who)
  return who === 'buyer' ? { seller: other, talk } : { buyer: other, talk }
}

const paid = ({ title, state }: OrderChange): Meaning | null => {
  switch (state) {
    case 'AWAITING_REQUIREMENTS':
      return {
        buyer: ['The seller has questions', `“${title}” is paid. Answer the seller’s questions so that work begins.`],
        seller: ['An order is paid', `“${title}” is paid. Work begins when the buyer has answered your questions.`],
        talk: 'The order is paid. Work begins when the buyer has answered the seller’s questions.',
      }
    case 'IN_PROGRESS':
      return {
        seller: ['A milestone is funded', `The next milestone of “${title}” is paid: you can work on it.`],
        talk: 'The next milestone is paid.',
      }
    default:
      // It came too late and goes back, which payments tells the buyer.
      return null
  }
}

const refunded = ({ title, state }: OrderChange): Meaning | null =>
  // That an ended order's money goes back was said when it ended.
  state === 'CANCELLED' || state === 'EXPIRED'
    ? null
    : {
        seller: [
          'Money went back to the buyer',
          `Something of what was paid for “${title}” was refunded to the buyer.`,
        ],
        talk: 'Money went back to the buyer.',
      }

const extensionAnswered = ({ title, accepted, actorId }: OrderChange): Meaning => {
  if (accepted)
    return {
      seller: ['You have more time', `The buyer gives you the time that you asked for to finish “${title}”.`],
      talk: 'The buyer gives more time.',
    }
  return actorId
    ? {
        seller: ['Your request for more time was declined', `“${title}” stays due when it was.`],
        talk: 'The buyer gives no more time.',
      }
    : {
        seller: [
          'Your request for more time has lapsed',
          `The buyer did not answer. “${title}” stays due when it was.`,
        ],
        talk: 'The request for more time was not answered and has lapsed.',
      }
}

const milestoneAccepted = ({ title, actorId }: OrderChange): Meaning => ({
  // The seller hears of the money, from `milestone.released`.
  ...(!actorId && {
    buyer: ['A milestone was accepted', `Three days without an answer: a milestone of “${title}” counts as accepted.`],
  }),
  talk: 'A milestone is accepted.',
})

/** By the entry of the order's timeline. What is not here leads to an event of its own. */
const meanings = new Map<string, (change: OrderChange) => Meaning | null>([
  ['PAY', paid],
  ['REFUND', refunded],
  [
    'REQUEST_CANCELLATION',
    (change) =>
      fromSide(change, (who) => ({
        other: [
          'A cancellation is requested',
          `The ${who} asks to cancel “${change.title}”. Answer within 48 hours: silence is consent.`,
        ],
        talk: `The ${who} asks to cancel the order.`,
      })),
  ],
  [
    // Consent cancels the order, which is an event of its own.
    'ANSWER_CANCELLATION',
    (change) =>
      fromSide(change, (who) => ({
        other: ['Your cancellation was declined', `The ${who} does not want to cancel “${change.title}”: it goes on.`],
        talk: `The ${who} does not want to cancel the order: it goes on.`,
      })),
  ],
  [
    'WITHDRAW_CANCELLATION',
    (change) =>
      fromSide(change, (who) => ({
        other: [
          'A request to cancel was taken back',
          `The ${who} no longer asks to cancel “${change.title}”: it goes on.`,
        ],
        talk: `The ${who} no longer asks to cancel the order: it goes on.`,
      })),
  ],
  [
    'WITHDRAW_EXTENSION',
    ({ title }) => ({
      buyer: ['A request for more time was taken back', `The seller needs no more time for “${title}”.`],
      talk: 'The seller needs no more time.',
    }),
  ],
  [
    'REQUEST_EXTENSION',
    ({ title }) => ({
      buyer: [
        'More time is requested',
        `The seller asks for more time for “${title}”. Answer within four days, or the due time stays.`,
      ],
      talk: 'The seller asks for more time.',
    }),
  ],
  ['ANSWER_EXTENSION', extensionAnswered],
  [
    'DELIVER_MILESTONE',
    ({ title }) => ({
      buyer: [
        'A milestone is delivered',
        `Look at it in “${title}” and accept it, or ask for a revision. Without an answer it is accepted in three days.`,
      ],
      talk: 'The seller has delivered a milestone.',
    }),
  ],
  ['ACCEPT_MILESTONE', milestoneAccepted],
  [
    'REQUEST_REVISION',
    ({ title }) => ({
      seller: ['A revision is requested', `The buyer asks for changes to a milestone of “${title}”.`],
      talk: 'The buyer has requested a revision of a milestone.',
    }),
  ],
  [
    'ANSWER_DISPUTE',
    (change) =>
      fromSide(change, (who) => ({
        other: ['Your dispute was answered', `The ${who} has answered the dispute about “${change.title}”.`],
        talk: `The ${who} has answered the dispute.`,
      })),
  ],
  [
    'PROPOSE_SETTLEMENT',
    (change) =>
      fromSide(change, (who) => ({
        other: [
          'A settlement is proposed',
          `The ${who} proposes how to split the money for “${change.title}”. Accept it, or propose another split.`,
        ],
        talk: `The ${who} proposes a settlement.`,
      })),
  ],
  [
    'SUSPEND_SELLER',
    ({ title }) => ({
      buyer: ['A seller is suspended', `The seller of “${title}” cannot work now. You may cancel the order, or wait.`],
      talk: 'The seller cannot work now: the buyer may cancel the order, or wait.',
    }),
  ],
  [
    'REINSTATE_SELLER',
    ({ title }) => ({
      buyer: ['A seller is back', `The seller of “${title}” can work again.`],
      talk: 'The seller can work again.',
    }),
  ],
])

/** What a change of an order means to its sides; null for what nobody needs to be told. */
export const meaningOf = (change: OrderChange): Meaning | null => meanings.get(change.what)?.(change) ?? null
