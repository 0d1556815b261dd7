import type { Terms } from '@gigraph/marketplace/internal'
import { paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, startTestServices, type TestClient, type TestService } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import type { Context } from '../src/context.ts'
import { ordersService } from '../src/index.ts'
import { listMarketplace, plainTerms, sell } from './marketplace/src/index.ts'

/** One field of an answer: the thing and its user errors. */
const fields = /* GraphQL */ `
  fragment All on Order {
    id state title total { amountMinor currency } dueAt lateAt fault payBefore revisionsLeft viewerRole allowedActions
    buyer { id } seller { id } gig { id }
    deadline { at event } deliveries { message milestoneId }
    timeline { event actor from to note user { id } }
    changeRequests { kind state requestedBy reason days fault }
    dispute { openedBy reason answer endedBy decision toSeller { amountMinor } toBuyer { amountMinor }
      proposal { proposedBy toSeller { amountMinor } toBuyer { amountMinor } message } }
    milestones { id position state amount { amountMinor } dueAt }
    requirements { id answer }
  }`

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`

/** Runs a mutation of this service; they all have one input and answer with an order and user errors. */
export const mutate = async (client: TestClient, name: string, input: object) => {
  const document = `${fields} mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { order { ...All } userErrors { code message field allowed } } }`
  return (await client.query(document, { input }))[name]
}

/** The code of the error with which a mutation is refused altogether. */
export const refusal = async (client: TestClient, name: string, input: object): Promise<unknown> => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { userErrors { code } } }`
  const { errors } = await client.run(document, { input })
  return errors?.[0]?.extensions?.code
}

export const see = async (client: TestClient, id: string) =>
  (await client.query(`${fields} query ($id: ID!) { order(id: $id) { ...All } }`, { id })).order

/** A thing as the gateway asks for it. */
export const entity = async (client: TestClient, type: string, id: string, selection: string) => {
  const document = `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} { ${selection} } } }`
  return (await client.query(document, { of: [{ __typename: type, id }] }))._entities[0]
}

export interface Deal {
  readonly id: string
  readonly buyer: TestClient
  readonly seller: TestClient
  readonly buyerViewer: Viewer
  readonly sellerViewer: Viewer
  readonly terms: Terms
}

export const startOrders = async () => {
  const services = await startTestServices({ marketplace: listMarketplace, orders: ordersService })
  const orders: TestService<Context> = services.orders

  /** An order that was placed and not paid. */
  const place = async (more: Partial<Terms> = {}, input: object = {}): Promise<Deal> => {
    const buyerViewer = person('CLIENT')
    const sellerViewer = person('FREELANCER')
    const terms = plainTerms({ sellerId: sellerViewer.id, ...more })
    const gigId = sell(terms)
    const buyer = orders.as(buyerViewer)
    const source = terms.gigId ? { gig: { gigId, tier: 'BASIC' } } : { proposalId: gigId }
    const { order, userErrors } = await mutate(buyer, 'placeOrder', { source, ...input })
    if (!order) throw new Error(JSON.stringify(userErrors))
    return { id: order.id, buyer, seller: orders.as(sellerViewer), buyerViewer, sellerViewer, terms }
  }

  const payment = (
    { id, buyerViewer, sellerViewer, terms }: Deal,
    milestoneId: string | null,
    amountMinor: number,
  ) => ({
    paymentId: makeId(),
    orderId: id,
    milestoneId,
    buyerId: buyerViewer.id,
    sellerId: sellerViewer.id,
    gigId: terms.gigId,
    amount: { amountMinor, currency: terms.price.currency },
  })

  /** The payment arrives, `times` times as the same event. */
  const pay = async (
    deal: Deal,
    { milestoneId = null as string | null, amountMinor = deal.terms.price.amountMinor } = {},
  ) => {
    const event = payment(deal, milestoneId, amountMinor)
    const id = makeId()
    for (let time = 0; time < 2; time += 1) await orders.consume(paymentSucceeded, event, { id })
  }

  const refund = async (
    deal: Deal,
    refundedMinor: number,
    remainingMinor: number,
    milestoneId: string | null = null,
  ) => {
    const currency = deal.terms.price.currency
    await orders.consume(paymentRefunded, {
      ...payment(deal, milestoneId, refundedMinor + remainingMinor),
      refunded: { amountMinor: refundedMinor, currency },
      remaining: { amountMinor: remainingMinor, currency },
    })
  }

  /** An order that was paid and is worked on. */
  const start = async (more: Partial<Terms> = {}): Promise<Deal> => {
    const deal = await place(more)
    await pay(deal)
    return deal
  }

  /** An order that was delivered. */
  const deliver = async (more: Partial<Terms> = {}): Promise<Deal> => {
    const deal = await start(more)
    await mutate(deal.seller, 'deliverOrder', { orderId: deal.id, message: 'Here it is.' })
    return deal
  }

  /** The events of that name about an order. */
  const told = async (name: string, orderId: string) =>
    (await orders.outbox(name)).filter((payload) => payload.orderId === orderId)

  return { orders, place, pay, refund, start, deliver, told, close: () => services.close() }
}
export type Orders = Awaited<ReturnType<typeof startOrders>>
