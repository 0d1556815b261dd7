import { defineSubgraph } from '@gigraph/shared/service'
import { billingResolvers } from './billing/resolvers.ts'
import { configuration } from './config.ts'
import type { Context } from './context.ts'
import { earningsResolvers } from './earnings/resolvers.ts'
import { handlers } from './handlers/index.ts'
import { invoiceResolvers } from './invoice/resolvers.ts'
import { jobs } from './jobs/index.ts'
import { answerOpenBalances } from './ledger/open-balances.ts'
import { paymentResolvers } from './payment/resolvers.ts'
import { payoutResolvers } from './payout/resolvers.ts'
import { personalData } from './personal-data.ts'
import { pointsResolvers } from './points/resolvers.ts'
import { revenueResolvers } from './revenue/resolvers.ts'
import { routes } from './routes.ts'
import { statementResolvers } from './statement/resolvers.ts'
import { openStripe } from './stripe/open-stripe.ts'
import { toolResolvers } from './tool/resolvers.ts'

/** All money and points: the ledger, what Stripe holds of it, and who may have it. */
export const paymentsService = defineSubgraph<typeof configuration, Pick<Context, 'stripe'>>({
  name: 'payments',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  calls: ['identity', 'orders', 'marketplace'],
  resolvers: [
    paymentResolvers,
    invoiceResolvers,
    billingResolvers,
    earningsResolvers,
    payoutResolvers,
    pointsResolvers,
    toolResolvers,
    revenueResolvers,
    statementResolvers,
  ],
  handlers,
  jobs,
  procedures: [answerOpenBalances],
  appendOnlyTables: ['ledger_transactions', 'ledger_entries'],
  extend: async ({ config }) => ({ stripe: openStripe(config) }),
  routes,
})
