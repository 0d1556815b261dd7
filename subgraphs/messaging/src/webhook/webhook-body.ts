import type { WebhookEvent } from './webhook-event.ts'

/** The type of what owners send to try their endpoints. */
export const TEST_TYPE = 'webhook.test'

interface Told {
  readonly type: string
  readonly version: number
  readonly occurredAt: Date
  readonly data: Readonly<Record<string, unknown>>
}

const write = ({ type, version, occurredAt, data }: Told): string =>
  JSON.stringify({ type, version, timestamp: occurredAt.toISOString(), data })

/** The body of the calls that tell an event. */
export const bodyOf = ({ event, version, data }: WebhookEvent, payload: unknown, occurredAt: Date): string =>
  write({ type: event.name, version, occurredAt, data: data(payload) })

export const testBody = (endpointId: string, occurredAt: Date): string =>
  write({ type: TEST_TYPE, version: 1, occurredAt, data: { endpointId } })

/** A made-up id for each place, the same at each look. */
const id = (place: number): string => `019aa3f0-0000-7000-8000-${String(place).padStart(12, '0')}`
const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const AT = '2026-11-20T14:00:00.000Z'

/** One of everything that any event says. */
const sample = {
  ...{ orderId: id(1), buyerId: id(2), sellerId: id(3), gigId: id(4), proposalId: null, offerId: id(5) },
  ...{ milestoneId: id(6), paymentId: id(7), payoutId: id(8), messageId: id(9), conversationId: id(10) },
  ...{ jobId: id(11), invitationId: id(12), listingId: id(13), reviewId: id(14), openedBy: id(2), actorId: id(2) },
  ...{ userId: id(3), clientId: id(2), freelancerId: id(3), ownerId: id(3), reviewerId: id(2), revieweeId: id(3) },
  ...{ senderId: id(2), recipientIds: [id(3)], answeredAfterSeconds: null },
  ...{ title: '', jobTitle: '', reason: '', total: usd(12_000), amount: usd(12_000), refund: usd(12_000) },
  ...{ refunded: usd(2_000), remaining: usd(10_000), net: usd(9_600), fee: usd(2_400), points: 25 },
  ...{ toSeller: usd(7_000), toBuyer: usd(5_000), dueAt: AT, availableAt: AT, onTime: true, firstWithBuyer: true },
  ...{ fault: 'SELLER', what: 'ANSWER_EXTENSION', state: 'IN_PROGRESS', accepted: true },
  ...{ kind: 'GIG', decision: 'APPROVED', of: 'SELLER', rating: 5, gigRating: null },
}

/** A body with made-up values. */
export const exampleOf = (told: WebhookEvent): string =>
  // A proposal has an id; an order of a gig has none of a proposal.
  bodyOf(told, told.event.name.startsWith('proposal.') ? { ...sample, proposalId: id(15) } : sample, new Date(AT))
