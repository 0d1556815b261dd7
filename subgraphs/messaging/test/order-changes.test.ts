import { orderChanged } from '@gigraph/orders/events'
import { freelancerLevelChanged } from '@gigraph/profiles/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Messaging, startMessaging } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

const Told = /* GraphQL */ `
  query ($viewer: [_Any!]!) {
    _entities(representations: $viewer) {
      ... on Viewer { notifications { nodes { category title body link order { id } } } }
    }
  }`
const Talk = /* GraphQL */ `
  query ($order: [_Any!]!) {
    _entities(representations: $order) { ... on Order { conversation { messages { nodes { kind body sender { id } } } } } }
  }`

const toldTo = async (viewer: Viewer) =>
  (await m.messaging.as(viewer).query(Told, { viewer: [{ __typename: 'Viewer', id: viewer.id }] }))._entities[0]
    .notifications.nodes
const talkOf = async (viewer: Viewer, orderId: string) =>
  (await m.messaging.as(viewer).query(Talk, { order: [{ __typename: 'Order', id: orderId }] }))._entities[0]
    .conversation?.messages.nodes ?? []

interface Case {
  readonly what: string
  /** Who did it; `nobody` is time or money, `staff` somebody who is on neither side. */
  readonly by: 'buyer' | 'seller' | 'nobody' | 'staff'
  readonly state?: string
  readonly accepted?: boolean
  /** The title and a part of the body of what each side is told; absent: nothing. */
  readonly buyer?: readonly [title: string, body: string]
  readonly seller?: readonly [title: string, body: string]
  /** What the order's conversation says; absent: nothing. */
  readonly talk?: string
}

const change = async ({ what, by, state = 'IN_PROGRESS', accepted }: Case) => {
  const people = { buyer: m.member('Ann'), seller: m.member('Bob'), staff: m.member('Sue'), nobody: null }
  const { buyer, seller } = people
  const facts = orderChanged.schema.parse({
    orderId: makeId(),
    buyerId: buyer.id,
    sellerId: seller.id,
    title: 'A logo',
    gigId: null,
    total: usd(5_000),
    what,
    actorId: people[by]?.id ?? null,
    state,
    accepted: accepted ?? null,
  })
  const id = makeId()
  for (let time = 0; time < 2; time += 1) await m.messaging.consume(orderChanged, facts, { id })
  return { ...people, orderId: facts.orderId }
}

const PROPOSED = 'A settlement is proposed'
const DECLINED = 'Your cancellation was declined'

const cases: readonly Case[] = [
  {
    what: 'PAY',
    by: 'nobody',
    state: 'AWAITING_REQUIREMENTS',
    buyer: ['The seller has questions', 'Answer the seller’s questions'],
    seller: ['An order is paid', 'when the buyer has answered your questions'],
    talk: 'The order is paid. Work begins when the buyer has answered the seller’s questions.',
  },
  {
    what: 'PAY',
    by: 'nobody',
    seller: ['A milestone is funded', 'you can work on it'],
    talk: 'The next milestone is paid.',
  },
  { what: 'PAY', by: 'nobody', state: 'EXPIRED' },
  {
    what: 'REFUND',
    by: 'nobody',
    seller: ['Money went back to the buyer', 'was refunded to the buyer'],
    talk: 'Money went back to the buyer.',
  },
  { what: 'REFUND', by: 'nobody', state: 'CANCELLED' },
  { what: 'REFUND', by: 'nobody', state: 'EXPIRED' },
  {
    what: 'REQUEST_CANCELLATION',
    by: 'buyer',
    seller: ['A cancellation is requested', 'The buyer asks to cancel “A logo”. Answer within 48 hours'],
    talk: 'The buyer asks to cancel the order.',
  },
  {
    what: 'REQUEST_CANCELLATION',
    by: 'seller',
    buyer: ['A cancellation is requested', 'The seller asks to cancel “A logo”'],
    talk: 'The seller asks to cancel the order.',
  },
  {
    what: 'ANSWER_CANCELLATION',
    by: 'buyer',
    accepted: false,
    seller: [DECLINED, 'The buyer does not want to cancel “A logo”'],
    talk: 'The buyer does not want to cancel the order: it goes on.',
  },
  {
    what: 'ANSWER_CANCELLATION',
    by: 'seller',
    accepted: false,
    buyer: [DECLINED, 'The seller does not want to cancel “A logo”'],
    talk: 'The seller does not want to cancel the order: it goes on.',
  },
  {
    what: 'WITHDRAW_CANCELLATION',
    by: 'buyer',
    seller: ['A request to cancel was taken back', 'no longer asks to cancel “A logo”'],
    talk: 'The buyer no longer asks to cancel the order: it goes on.',
  },
  {
    what: 'WITHDRAW_EXTENSION',
    by: 'seller',
    buyer: ['A request for more time was taken back', 'no more time for “A logo”'],
    talk: 'The seller needs no more time.',
  },
  {
    what: 'REQUEST_EXTENSION',
    by: 'seller',
    buyer: ['More time is requested', 'Answer within four days'],
    talk: 'The seller asks for more time.',
  },
  {
    what: 'ANSWER_EXTENSION',
    by: 'buyer',
    accepted: true,
    seller: ['You have more time', 'to finish “A logo”'],
    talk: 'The buyer gives more time.',
  },
  {
    what: 'ANSWER_EXTENSION',
    by: 'buyer',
    accepted: false,
    seller: ['Your request for more time was declined', '“A logo” stays due'],
    talk: 'The buyer gives no more time.',
  },
  {
    what: 'ANSWER_EXTENSION',
    by: 'nobody',
    accepted: false,
    seller: ['Your request for more time has lapsed', 'The buyer did not answer'],
    talk: 'The request for more time was not answered and has lapsed.',
  },
  {
    what: 'DELIVER_MILESTONE',
    by: 'seller',
    buyer: ['A milestone is delivered', 'accepted in three days'],
    talk: 'The seller has delivered a milestone.',
  },
  // The seller hears of the money, from payments' side of the table.
  { what: 'ACCEPT_MILESTONE', by: 'buyer', talk: 'A milestone is accepted.' },
  {
    what: 'ACCEPT_MILESTONE',
    by: 'nobody',
    buyer: ['A milestone was accepted', 'Three days without an answer'],
    talk: 'A milestone is accepted.',
  },
  {
    what: 'REQUEST_REVISION',
    by: 'buyer',
    seller: ['A revision is requested', 'changes to a milestone of “A logo”'],
    talk: 'The buyer has requested a revision of a milestone.',
  },
  {
    what: 'ANSWER_DISPUTE',
    by: 'seller',
    state: 'DISPUTED',
    buyer: ['Your dispute was answered', 'The seller has answered the dispute about “A logo”'],
    talk: 'The seller has answered the dispute.',
  },
  {
    what: 'ANSWER_DISPUTE',
    by: 'buyer',
    state: 'DISPUTED',
    seller: ['Your dispute was answered', 'The buyer has answered the dispute about “A logo”'],
    talk: 'The buyer has answered the dispute.',
  },
  {
    what: 'PROPOSE_SETTLEMENT',
    by: 'buyer',
    state: 'DISPUTED',
    seller: [PROPOSED, 'The buyer proposes how to split the money for “A logo”'],
    talk: 'The buyer proposes a settlement.',
  },
  {
    what: 'PROPOSE_SETTLEMENT',
    by: 'seller',
    state: 'DISPUTED',
    buyer: [PROPOSED, 'The seller proposes how to split the money for “A logo”'],
    talk: 'The seller proposes a settlement.',
  },
  // Neither side: there is no other one to tell.
  { what: 'PROPOSE_SETTLEMENT', by: 'staff', state: 'DISPUTED' },
  {
    what: 'SUSPEND_SELLER',
    by: 'nobody',
    buyer: ['A seller is suspended', 'You may cancel the order, or wait'],
    talk: 'The seller cannot work now: the buyer may cancel the order, or wait.',
  },
  {
    what: 'REINSTATE_SELLER',
    by: 'nobody',
    buyer: ['A seller is back', 'can work again'],
    talk: 'The seller can work again.',
  },
  { what: 'SOMETHING_OF_LATER', by: 'buyer' },
]

test.for(cases)('$what by $by ($state, accepted: $accepted) tells whom it concerns, once', async (each) => {
  const { orderId, buyer, seller, staff } = await change(each)
  const expected = (words: Case['buyer']) =>
    words
      ? [
          {
            category: 'ORDERS',
            title: words[0],
            body: expect.stringContaining(words[1]),
            link: `/orders/${orderId}`,
            order: { id: orderId },
          },
        ]
      : []
  expect(await toldTo(buyer)).toEqual(expected(each.buyer))
  expect(await toldTo(seller)).toEqual(expected(each.seller))
  expect(await toldTo(staff)).toEqual([])
  const said = each.talk ? [{ kind: 'SYSTEM', body: each.talk, sender: null }] : []
  for (const side of [buyer, seller]) expect(await talkOf(side, orderId)).toEqual(said)
  expect(await talkOf(staff, orderId)).toEqual([])
})

test('a level is told in words', async () => {
  const bob = m.member('Bob')
  await m.messaging.consume(freelancerLevelChanged, { userId: bob.id, from: 'NEW', to: 'RISING' })
  expect(await toldTo(bob)).toMatchObject([{ body: 'Your level is now Rising.' }])
})
