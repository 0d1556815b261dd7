import { ticketResolved } from '../events.ts'
import { accountRules } from './account-rules.ts'
import { marketRules } from './market-rules.ts'
import { orderRules } from './order-rules.ts'
import { paymentRules } from './payment-rules.ts'
import { reviewRules } from './review-rules.ts'
import { rule } from './rule.ts'

/** Which event tells whom what: the one table of notifications. */
export const rules = [
  ...accountRules,
  ...orderRules,
  ...marketRules,
  ...paymentRules,
  ...reviewRules,
  rule(ticketResolved, ({ userId, ticketId }) => [
    {
      userId,
      category: 'MESSAGES',
      title: 'Your question is answered',
      body: 'Our support has resolved your ticket. Write again to reopen it.',
      link: `/support/${ticketId}`,
    },
  ]),
]
