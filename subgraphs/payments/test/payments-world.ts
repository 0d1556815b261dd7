import { type Levers, payCheckout, type StripeEmulator, startStripeEmulator } from '@gigraph/dev/stripe'
import { transaction } from '@gigraph/shared/database'
import type { Money } from '@gigraph/shared/money'
import { createTestClock, person, staff, startTestServices } from '@gigraph/shared/testing'
import { after } from '@gigraph/shared/time'
import { and, asc, eq, isNull, lte } from 'drizzle-orm'
import { paymentsService } from '../src/index.ts'
import { checkLedger } from '../src/ledger/ledger-check.ts'
import { ledgerAccounts, outbox, payoutAccounts } from '../src/tables.ts'
import { identityStandIn, marketplaceStandIn, ordersStandIn, type StandInOrder, standInOrder } from './stand-ins.ts'

export const WEBHOOK_SECRET = 'whsec_payments_tests'
const SECRET_KEY = 'sk_test_payments_tests'

export const CreateCheckout = /* GraphQL */ `
  mutation ($input: CreateCheckoutInput!) {
    createCheckout(input: $input) {
      checkout { url sessionId expiresAt }
      payment { id status amount { amountMinor currency } }
      userErrors { code message field }
    }
  }
`

/** The payments service with an emulated Stripe that reaches it over HTTP, and the orders service's stand-in. */
export const startPaymentsWorld = async () => {
  const clock = createTestClock()
  const stripe: StripeEmulator = await startStripeEmulator({
    port: 0,
    secretKey: SECRET_KEY,
    webhookSecret: WEBHOOK_SECRET,
    clock,
    retry: { attempts: 3, firstMs: 10, longestMs: 20 },
  })
  const services = await startTestServices(
    { identity: identityStandIn, orders: ordersStandIn, marketplace: marketplaceStandIn, payments: paymentsService },
    {
      clock,
      environment: {
        STRIPE_SECRET_KEY: SECRET_KEY,
        // As while a secret is rolled, and for the endpoint of connected accounts.
        STRIPE_WEBHOOK_SECRET: `whsec_connected_accounts, ${WEBHOOK_SECRET}`,
        STRIPE_API_URL: stripe.url,
        APP_URL: 'https://app.test',
        PUBLIC_URL: 'https://payments.test',
        DATABASE_CONNECTIONS: '20',
      },
    },
  )
  const { payments } = services
  const { context } = payments
  const webhookUrl = new URL('/webhooks/stripe', payments.service.url).href
  stripe.webhooks.setUrl(webhookUrl)

  /** Runs the jobs that are due until none is left, as the workers would. */
  const runJobs = async (): Promise<void> => {
    for (;;) {
      const due = await context.db
        .select()
        .from(outbox)
        .where(and(eq(outbox.kind, 'job'), isNull(outbox.publishedAt), lte(outbox.occurredAt, clock.now())))
        .orderBy(asc(outbox.id))
        .limit(1)
      const [job] = due
      if (!job) return
      await context.db.update(outbox).set({ publishedAt: clock.now() }).where(eq(outbox.id, job.id))
      await payments.service.runJob(job.name, job.payload)
    }
  }
  /** Everything that Stripe has to tell arrives and is worked off, what follows from it too. */
  const settle = async (): Promise<void> => {
    do {
      await stripe.webhooks.flush()
      await runJobs()
    } while (stripe.webhooks.pending() > 0)
  }

  const order = (more: Partial<StandInOrder> = {}) => {
    const [buyer, seller] = [person('CLIENT'), person('FREELANCER')]
    const payBefore = after(clock.now(), '30m')
    return { buyer, seller, ...standInOrder({ payBefore, buyerId: buyer.id, sellerId: seller.id, ...more }) }
  }
  type Order = ReturnType<typeof order>

  const checkOut = async ({ buyer, orderId, milestoneId }: Order, idempotencyKey?: string) => {
    const input = { orderId, milestoneId, idempotencyKey }
    return (await payments.as(buyer).query(CreateCheckout, { input })).createCheckout
  }
  /** Pays an order as its buyer would, until the money is in escrow. */
  const pay = async (paid: Order, card = '4242 4242 4242 4242'): Promise<string> => {
    const { checkout, payment } = await checkOut(paid)
    const visit = await payCheckout(checkout.url, { card })
    if (!visit.paid) throw new Error(`the payment was refused: ${visit.message}`)
    await settle()
    return payment.id
  }

  const Onboard = 'mutation { startPayoutOnboarding { userErrors { code } } }'
  const Request =
    'mutation ($input: RequestPayoutInput!) { requestPayout(input: $input) { payout { id } userErrors { code } } }'
  /** Has Stripe know the seller's bank, and the platform have money there. Answers the seller's account at Stripe. */
  const onboard = async (seller: Order['seller'], bankNumber?: string): Promise<string> => {
    await payments.as(seller).query(Onboard)
    const [row] = await context.db.select().from(payoutAccounts).where(eq(payoutAccounts.userId, seller.id))
    const account = row?.stripeAccountId ?? ''
    stripe.levers.completeOnboarding(account, bankNumber)
    stripe.levers.topUp(1_000_000, 'usd')
    await settle()
    return account
  }
  /** Requests a payout, which waits until {@link settle}. Answers its id. */
  const payOut = async (seller: Order['seller'], amountMinor: number): Promise<string> => {
    const { requestPayout } = await payments.as(seller).query(Request, { input: { amount: { amountMinor } } })
    if (!requestPayout.payout) throw new Error(`no payout: ${JSON.stringify(requestPayout.userErrors)}`)
    return requestPayout.payout.id
  }

  return {
    ...services,
    onboard,
    payOut,
    clock,
    stripe,
    levers: stripe.levers satisfies Levers,
    webhookUrl,
    context,
    support: staff('payments:read'),
    runJobs,
    settle,
    order,
    checkOut,
    pay,
    /** An order as its events tell it. */
    facts: ({ orderId, buyerId, sellerId, title, gigId, total }: Order) => ({
      orderId,
      buyerId,
      sellerId,
      title,
      gigId,
      total: total as Money,
    }),
    balance: async (code: string, currency = 'USD'): Promise<number> => {
      const [row] = await context.db
        .select()
        .from(ledgerAccounts)
        .where(and(eq(ledgerAccounts.code, code), eq(ledgerAccounts.currency, currency)))
      return row?.balanceMinor ?? 0
    },
    /** The names of the invariants that do not hold. */
    brokenInvariants: async () =>
      (await checkLedger(context)).invariants.filter(({ violations }) => violations > 0).map(({ name }) => name),
    inTransaction: <T>(run: Parameters<typeof transaction<T>>[1]) => transaction(context.db, run),
    close: async () => {
      await services.close()
      await stripe.close()
    },
  }
}
export type PaymentsWorld = Awaited<ReturnType<typeof startPaymentsWorld>>
