import * as market from '@gigraph/marketplace/events'
import * as orders from '@gigraph/orders/events'
import * as payments from '@gigraph/payments/events'
import * as reviews from '@gigraph/reviews/events'
import { messageSent } from '../events.ts'
import { each, type Recipient, tell } from './webhook-event.ts'

const order = ['orderId', 'buyerId', 'sellerId', 'gigId', 'total'] as const
const milestone = ['milestoneId', 'orderId', 'buyerId', 'sellerId', 'amount'] as const
const payment = ['paymentId', 'orderId', 'milestoneId', 'amount'] as const
const payout = ['payoutId', 'amount'] as const
const proposal = ['proposalId', 'jobId', 'clientId', 'freelancerId'] as const
const offer = ['offerId', 'clientId', 'freelancerId'] as const
const review = ['reviewId', 'orderId', 'gigId', 'reviewerId', 'revieweeId'] as const

const sides = ({ buyerId, sellerId }: { readonly buyerId: string; readonly sellerId: string }) =>
  each(buyerId, sellerId)
const seller = ({ sellerId }: { readonly sellerId: string }) => each(sellerId)
const user = ({ userId }: { readonly userId: string }) => each(userId)
const client = ({ clientId }: { readonly clientId: string }) => each(clientId)
const both = ({ clientId, freelancerId }: { readonly clientId: string; readonly freelancerId: string }) =>
  each(clientId, freelancerId)
const author = ({ reviewerId, revieweeId }: { readonly reviewerId: string | null; readonly revieweeId: string }) =>
  each(reviewerId, revieweeId)

interface Pair {
  readonly clientId: string
  readonly freelancerId: string
}
/** The one acts of their own accord towards the other, who may have blocked them. */
const byFreelancer = ({ clientId, freelancerId }: Pair): Recipient[] => [
  { userId: freelancerId },
  { userId: clientId, fromId: freelancerId },
]
const byClient = ({ clientId, freelancerId }: Pair): Recipient[] => [
  { userId: clientId },
  { userId: freelancerId, fromId: clientId },
]

/**
 * What programs are told of, by its name in the graph, where the enum WebhookEventType says what it means. Both sides hear of what is between them, also the one who did it: a program does
 * not know what its owner has just pressed.
 */
export const webhookEvents = {
  ORDER_PLACED: tell(orders.orderPlaced, sides, [...order, 'proposalId', 'offerId']),
  ORDER_STARTED: tell(orders.orderStarted, sides, [...order, 'dueAt']),
  ORDER_DELIVERED: tell(orders.orderDelivered, sides, [...order, 'onTime']),
  ORDER_REVISION_REQUESTED: tell(orders.orderRevisionRequested, sides, order),
  ORDER_COMPLETED: tell(orders.orderCompleted, sides, [...order, 'onTime']),
  ORDER_CANCELLED: tell(orders.orderCancelled, sides, [...order, 'fault', 'refund']),
  ORDER_EXPIRED: tell(orders.orderExpired, sides, order),
  ORDER_DISPUTED: tell(orders.orderDisputed, sides, [...order, 'openedBy']),
  ORDER_RESOLVED: tell(orders.orderResolved, sides, [...order, 'toSeller', 'toBuyer']),
  ORDER_LATE: tell(orders.orderLate, sides, order),
  ORDER_CHANGED: tell(orders.orderChanged, sides, [...order, 'what', 'state', 'accepted']),
  MILESTONE_FUNDED: tell(orders.milestoneFunded, sides, milestone),
  MILESTONE_RELEASED: tell(orders.milestoneReleased, sides, milestone),
  PAYMENT_SUCCEEDED: tell(payments.paymentSucceeded, sides, payment),
  PAYMENT_FAILED: tell(payments.paymentFailed, ({ buyerId }) => each(buyerId), payment),
  PAYMENT_REFUNDED: tell(payments.paymentRefunded, sides, [...payment, 'refunded', 'remaining']),
  PAYMENT_DISPUTED: tell(payments.paymentDisputed, seller, payment),
  EARNINGS_RELEASED: tell(payments.earningsReleased, seller, ['orderId', 'net', 'fee', 'availableAt']),
  BALANCE_RELEASED: tell(payments.balanceReleased, seller, ['amount']),
  PAYOUT_REQUESTED: tell(payments.payoutRequested, user, payout),
  PAYOUT_PAID: tell(payments.payoutPaid, user, payout),
  PAYOUT_FAILED: tell(payments.payoutFailed, user, payout),
  POINTS_CREDITED: tell(payments.pointsCredited, user, ['points']),
  POINTS_DEBITED: tell(payments.pointsDebited, user, ['points']),
  MESSAGE_SENT: tell(messageSent, ({ senderId, recipientIds }) => each(senderId, ...recipientIds), [
    'messageId',
    'conversationId',
    'senderId',
  ]),
  PROPOSAL_SUBMITTED: tell(market.proposalSubmitted, byFreelancer, proposal),
  PROPOSAL_ACCEPTED: tell(market.proposalAccepted, both, proposal),
  PROPOSAL_DECLINED: tell(market.proposalDeclined, both, proposal),
  PROPOSAL_WITHDRAWN: tell(market.proposalWithdrawn, both, proposal),
  JOB_INVITED: tell(market.jobInvited, byClient, ['invitationId', 'jobId', 'clientId', 'freelancerId']),
  INVITATION_DECLINED: tell(market.invitationDeclined, both, ['invitationId', 'jobId', 'clientId', 'freelancerId']),
  JOB_FILLED: tell(market.jobFilled, client, ['jobId', 'clientId', 'freelancerId']),
  JOB_EXPIRED: tell(market.jobExpired, client, ['jobId', 'clientId']),
  OFFER_SENT: tell(market.offerSent, byFreelancer, [...offer, 'conversationId']),
  OFFER_DECLINED: tell(market.offerDeclined, both, offer),
  OFFER_EXPIRED: tell(market.offerExpired, both, offer),
  LISTING_MODERATED: tell(market.listingModerated, ({ ownerId }) => each(ownerId), ['listingId', 'kind', 'decision']),
  REVIEW_PUBLISHED: tell(reviews.reviewPublished, author, [...review, 'of', 'rating']),
  REVIEW_HIDDEN: tell(reviews.reviewHidden, author, review),
  REVIEW_RESTORED: tell(reviews.reviewRestored, author, [...review, 'of', 'rating']),
} as const

export type WebhookType = keyof typeof webhookEvents

export const webhookTypes = Object.keys(webhookEvents) as readonly WebhookType[]
