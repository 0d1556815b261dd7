import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import Stripe from 'stripe'
import { type StripeEmulatorOptions, startStripeEmulator } from './emulator.ts'

/** Keys that the tests use. */
export const SECRET_KEY = 'sk_test_emulator'
export const WEBHOOK_SECRET = 'whsec_emulator'

/** One request as the webhook's receiver saw it. */
interface Received {
  body: string
  signature: string
  event: Stripe.Event
}

/** A receiver of webhooks whose answer a test chooses. */
export async function startReceiver() {
  const received: Received[] = []
  let answer: (count: number) => number = () => 200
  const server: Server = createServer(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString()
    const event = JSON.parse(body) as Stripe.Event
    received.push({ body, signature: String(request.headers['stripe-signature']), event })
    response.writeHead(answer(received.length)).end()
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    types: () => received.map(({ event }) => event.type),
    /** @param choose gets how many requests came so far, this one included. */
    answerWith: (choose: (count: number) => number) => {
      answer = choose
    },
    close: async () => {
      server.closeAllConnections()
      await new Promise((closed) => server.close(closed))
    },
  }
}

/** An emulator on a free port with a client for it. */
export async function startWithClient(options: Partial<StripeEmulatorOptions> = {}) {
  const emulator = await startStripeEmulator({
    port: 0,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    ...options,
  })
  const stripe = new Stripe(SECRET_KEY, { ...emulator.sdkOptions, maxNetworkRetries: 0, telemetry: false })
  return { emulator, stripe }
}

/** Parameters of a checkout session over one item. */
export const sessionParams = (unitAmount = 12_500): Stripe.Checkout.SessionCreateParams => ({
  mode: 'payment',
  line_items: [
    {
      price_data: { currency: 'usd', unit_amount: unitAmount, product_data: { name: 'Logo <design>' } },
      quantity: 1,
    },
  ],
  success_url: 'https://shop.test/paid?session={CHECKOUT_SESSION_ID}',
  cancel_url: 'https://shop.test/cancelled',
  client_reference_id: 'order-1',
  metadata: { order: 'order-1' },
  payment_intent_data: { metadata: { order: 'order-1' }, transfer_group: 'order-1' },
})

/** A paid intent. */
export const pay = (stripe: Stripe, amount: number, paymentMethod = 'pm_card_visa') =>
  stripe.paymentIntents.create({ amount, currency: 'usd', payment_method: paymentMethod, confirm: true })
