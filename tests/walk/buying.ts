import { createHmac } from 'node:crypto'
import { payCheckout } from '@gigraph/dev/stripe'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { createGraphClient } from '../support/client.ts'
import type { Person } from '../support/person.ts'
import * as documents from './documents.ts'
import { refusedFor, type Walk, within } from './scene.ts'

const CARD = '4242424242424242'

/** The client buys it, and they talk. */
export const describeBuying = (walk: Walk): void => {
  test('the client places an order at the seller’s price; nobody and the seller may not', async () => {
    const input = {
      input: {
        source: { gig: { gigId: walk.gigId, tier: 'BASIC', quantity: 1 } },
        idempotencyKey: `walk-${walk.gigId}`,
      },
    }
    expect(await refusedFor(walk, 'nobody', documents.PlaceOrder, input)).toBe('UNAUTHENTICATED')
    const own = await walk.freelancer.client.run(documents.PlaceOrder, input)
    expect(own.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    const { placeOrder } = await walk.client.client.query(documents.PlaceOrder, input)
    expect(placeOrder).toMatchObject({
      userErrors: [],
      order: { state: 'PENDING_PAYMENT', total: { amountMinor: 12_000, currency: 'USD' } },
    })
    walk.orderId = placeOrder.order.id
    const again = await walk.client.client.query(documents.PlaceOrder, input)
    expect(again.placeOrder.order.id).toBe(walk.orderId)
    expect(await refusedFor(walk, 'stranger', documents.OrderOf, { id: walk.orderId })).toBe('NOT_FOUND')
  })

  test('a partner of the seller’s registers a webhook with a key that may do just that; a stranger’s key may not', async () => {
    const input = { url: `${walk.stack.mailboxUrl}/webhooks/partner`, events: ['ORDER_STARTED', 'MESSAGE_SENT'] }
    expect(await refusedFor(walk, 'nobody', documents.CreateWebhookEndpoint, { input })).toBe('UNAUTHENTICATED')
    const keyWith = async (...scopes: string[]) => {
      const { createApiKey } = await walk.freelancer.client.query(documents.CreateApiKey, {
        input: { name: 'A partner', scopes },
      })
      return createGraphClient(walk.stack.graphqlUrl, createApiKey.secret)
    }
    const narrow = await (await keyWith()).run(documents.CreateWebhookEndpoint, { input })
    expect(narrow.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    walk.partner = await keyWith('webhooks:manage')
    const { createWebhookEndpoint } = await walk.partner.query(documents.CreateWebhookEndpoint, { input })
    expect(createWebhookEndpoint.userErrors).toEqual([])
    walk.webhookSecret = createWebhookEndpoint.secret
  })

  test('the client pays at the checkout, the signed webhook arrives, and the order starts', async () => {
    const input = { input: { orderId: walk.orderId, idempotencyKey: `pay-${walk.orderId}` } }
    expect(await refusedFor(walk, 'nobody', documents.CreateCheckout, input)).toBe('UNAUTHENTICATED')
    expect(await refusedFor(walk, 'stranger', documents.CreateCheckout, input)).toBe('NOT_FOUND')
    const { createCheckout } = await walk.client.client.query(documents.CreateCheckout, input)
    expect(createCheckout.userErrors).toEqual([])
    const declined = await payCheckout(createCheckout.checkout.url, { card: '4000000000000002' })
    expect(declined.paid).toBe(false)
    const paid = await payCheckout(createCheckout.checkout.url, { card: CARD })
    expect(paid.paid).toBe(true)
    await expect
      .poll(async () => (await walk.client.client.query(documents.OrderOf, { id: walk.orderId })).order.state, within)
      .toBe('AWAITING_REQUIREMENTS')
    const { order } = await walk.client.client.query(documents.OrderOf, { id: walk.orderId })
    expect(order.payment).toMatchObject({ status: 'SUCCEEDED', amount: { amountMinor: 12_000 } })
    const answers = order.requirements.map((requirement: { id: string }) => ({
      requirementId: requirement.id,
      answer: 'A lighthouse, in two colours.',
    }))
    const started = await walk.client.client.query(documents.SubmitRequirements, {
      input: { orderId: walk.orderId, answers },
    })
    expect(started.submitRequirements).toMatchObject({ order: { state: 'IN_PROGRESS' }, userErrors: [] })
  })

  test('the partner is called: a call that it can verify, once', async () => {
    const received = z.array(
      z.object({ path: z.string(), id: z.string(), timestamp: z.string(), signature: z.string(), body: z.string() }),
    )
    const started = async () =>
      received
        .parse(await (await fetch(`${walk.stack.mailboxUrl}/api/webhooks`)).json())
        .filter(({ path, body }) => path === '/webhooks/partner' && JSON.parse(body).type === 'order.started')
    await expect.poll(async () => (await started()).length, within).toBe(1)
    const [call] = await started()
    const key = Buffer.from(walk.webhookSecret.replace('whsec_', ''), 'base64')
    const proof = createHmac('sha256', key).update(`${call?.id}.${call?.timestamp}.${call?.body}`).digest('base64')
    expect(call?.signature).toBe(`v1,${proof}`)
    const { data } = JSON.parse(call?.body ?? '')
    expect(data).toMatchObject({ orderId: walk.orderId, sellerId: walk.freelancer.id, buyerId: walk.client.id })
    const status = async () =>
      (await walk.partner.query(documents.Webhooks)).viewer.webhookEndpoints[0].deliveries.nodes
    await expect
      .poll(status, within)
      .toMatchObject([{ id: call?.id, type: 'order.started', status: 'DELIVERED', attempts: [{ httpStatus: 204 }] }])
  })

  test('they chat live; an event carries fields of three services; strangers hear nothing', async () => {
    await expect
      .poll(
        async () =>
          (await walk.client.client.query(documents.OrderOf, { id: walk.orderId })).order.conversation?.id ?? null,
        within,
      )
      .not.toBeNull()
    walk.conversationId = (
      await walk.client.client.query(documents.OrderOf, { id: walk.orderId })
    ).order.conversation.id
    const heard: Record<string, unknown>[] = []
    const listen = async (person: Person) => {
      for await (const { data, errors } of person.client.subscribe(documents.MessageAdded, {
        conversationId: walk.conversationId,
      })) {
        if (errors) throw new Error(`the subscription failed: ${JSON.stringify(errors)}`)
        heard.push({ by: person.handle, ...data.messageAdded })
      }
    }
    const listening = [listen(walk.client), listen(walk.freelancer)]
    const eavesdropper = walk.stranger.client.subscribe(documents.MessageAdded, { conversationId: walk.conversationId })
    const overheard = await eavesdropper.next().catch((error: unknown) => ({ value: { errors: [error] } }))
    expect(overheard.value.errors?.length ?? 0).toBeGreaterThan(0)

    const send = (person: Person, body: string) =>
      person.client.query(documents.SendMessage, {
        input: { conversationId: walk.conversationId, body, clientMessageId: `${person.handle}-${body}` },
      })
    // Until both sockets listen, what is said is only kept: say hello until it is heard.
    await expect
      .poll(async () => {
        await send(walk.client, `Are you there? ${heard.length}`)
        return new Set(heard.map((event) => event.by)).size
      }, within)
      .toBe(2)
    await send(walk.client, 'Shall the lighthouse be striped?')
    await send(walk.freelancer, 'Yes, red and white.')
    await expect.poll(() => heard.filter((event) => event.body === 'Yes, red and white.').length, within).toBe(2)
    expect(heard.find((event) => event.body === 'Yes, red and white.')).toMatchObject({
      sender: { handle: walk.freelancer.handle, freelancerProfile: { headline: 'Logos that last' } },
      conversation: { order: { id: walk.orderId, state: 'IN_PROGRESS' } },
    })
    expect(
      await refusedFor(walk, 'stranger', documents.SendMessage, {
        input: { conversationId: walk.conversationId, body: 'Hello?' },
      }),
    ).toBe('NOT_FOUND')
    await walk.client.client.close()
    await walk.freelancer.client.close()
    await Promise.allSettled(listening)
    walk.client = { ...walk.client, client: createGraphClient(walk.stack.graphqlUrl, walk.client.accessToken) }
    walk.freelancer = {
      ...walk.freelancer,
      client: createGraphClient(walk.stack.graphqlUrl, walk.freelancer.accessToken),
    }
  })
}
