import type { Operation } from '../operation.ts'
import { accountOperations } from './accounts.ts'
import { balanceOperations } from './balance.ts'
import { chargeOperations } from './charges.ts'
import { checkoutSessionOperations } from './checkout-sessions.ts'
import { customerOperations } from './customers.ts'
import { disputeOperations } from './disputes.ts'
import { eventOperations } from './events.ts'
import { paymentIntentOperations } from './payment-intents.ts'
import { payoutOperations } from './payouts.ts'
import { refundOperations } from './refunds.ts'
import { transferOperations } from './transfers.ts'

/** Every endpoint of the API that the emulator speaks. */
export const operations: Operation[] = [
  ...accountOperations,
  ...balanceOperations,
  ...chargeOperations,
  ...checkoutSessionOperations,
  ...customerOperations,
  ...disputeOperations,
  ...eventOperations,
  ...paymentIntentOperations,
  ...payoutOperations,
  ...refundOperations,
  ...transferOperations,
]
