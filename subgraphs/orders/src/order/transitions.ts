import { after } from '@gigraph/shared/time'
import * as delivery from '../delivery/rules.ts'
import * as disputeRules from '../dispute/rules.ts'
import * as milestone from '../milestone/rules.ts'
import * as request from '../request/rules.ts'
import { machine, type Table, words } from './machine.ts'
import type { Actor, FullOrder, OrderEvent, OrderState } from './order.ts'
import * as payment from './payment-rules.ts'
import * as rules from './rules.ts'

const nothingDue = { deadlineAt: null, deadline: null } as const

/** Lateness is noticed once, when the delivery was due. */
const lateness = ({ dueAt, lateAt }: FullOrder): Partial<FullOrder> =>
  dueAt && !lateAt ? { deadlineAt: dueAt, deadline: 'MARK_LATE' } : nothingDue

const askForCancellation = {
  by: ['BUYER', 'SELLER'],
  unless: rules.first(rules.nothingDelivered, request.mayAsk('CANCELLATION')),
  set: request.requested('CANCELLATION'),
} as const
const withdrawCancellation = {
  by: ['BUYER', 'SELLER'],
  unless: request.mayWithdraw('CANCELLATION'),
  set: request.withdrawn('CANCELLATION'),
} as const
const answerCancellation = {
  by: ['BUYER', 'SELLER', 'SYSTEM'],
  unless: request.mayAnswer('CANCELLATION'),
  to: (order: FullOrder, { accept }: rules.OrderHow) => (accept ? 'CANCELLED' : order.state),
  set: request.cancellationAnswered,
} as const
const dispute = {
  by: ['BUYER', 'SELLER'],
  to: 'DISPUTED',
  unless: disputeRules.somethingHeld,
  set: disputeRules.disputed,
} as const
const deliver = { by: ['SELLER'], to: 'DELIVERED', unless: delivery.noMilestones, set: delivery.delivered } as const
const cancelLate = { by: ['BUYER'], to: 'CANCELLED', unless: rules.mayCancel, set: rules.cancelled } as const
const markLate = {
  by: ['SYSTEM'],
  unless: ({ dueAt, lateAt }: FullOrder, { at }: rules.OrderHow) =>
    dueAt && !lateAt && at >= dueAt ? null : 'it is not late.',
  set: ({ dueAt }: FullOrder) => ({ lateAt: dueAt }),
  renews: true,
} as const
const askForTime = {
  by: ['SELLER'],
  unless: rules.first(request.somethingDue, request.mayAsk('EXTENSION')),
  set: request.requested('EXTENSION'),
} as const
const withdrawExtension = {
  by: ['SELLER'],
  unless: request.mayWithdraw('EXTENSION'),
  set: request.withdrawn('EXTENSION'),
} as const
const answerExtension = {
  by: ['BUYER', 'SYSTEM'],
  unless: request.mayAnswer('EXTENSION'),
  set: request.extensionAnswered,
  renews: true,
} as const
const refund = { by: ['PAYMENTS'], ...payment.refundOfActive } as const
const lateRefund = { by: ['PAYMENTS'], set: payment.refunded } as const
// It was under way when the order ended, and goes back: payments knows the outcome.
const latePayment = {
  by: ['PAYMENTS'],
  set: (order: FullOrder, { amountMinor = 0 }: rules.OrderHow) => ({ paidMinor: order.paidMinor + amountMinor }),
} as const
const suspendSeller = {
  by: ['SYSTEM'],
  set: (_: FullOrder, { at }: rules.OrderHow) => ({ sellerSuspendedAt: at }),
} as const
const reinstateSeller = {
  by: ['SYSTEM'],
  unless: ({ sellerSuspendedAt }: FullOrder) => (sellerSuspendedAt ? null : 'the seller is not suspended.'),
  set: () => ({ sellerSuspendedAt: null }),
} as const
const firstPayment = { by: ['PAYMENTS'], ...payment.firstPayment } as const
const nextPayment = { by: ['PAYMENTS'], ...payment.nextMilestonePaid } as const
// Paying more does not give the buyer more time for the answers.
const nextPaymentBeforeStart = { ...nextPayment, renews: undefined } as const

/** The life of an order: every pair of state and event that is not here is refused with INVALID_STATE. */
export const transitions: Table<FullOrder, OrderState, OrderEvent, Actor, rules.Details> = {
  PENDING_PAYMENT: {
    due: (order) => ({ deadlineAt: after(order.createdAt, rules.PAYMENT_TIME), deadline: 'EXPIRE' }),
    on: {
      PAY: firstPayment,
      REFUND: lateRefund,
      CANCEL: { by: ['BUYER', 'SYSTEM'], to: 'CANCELLED', set: rules.ended('NOBODY') },
      EXPIRE: { by: ['SYSTEM'], to: 'EXPIRED', set: rules.ended(null) },
    },
  },
  AWAITING_REQUIREMENTS: {
    due: (_, at) => ({ deadlineAt: after(at, rules.REQUIREMENTS_TIME), deadline: 'CANCEL_SILENT' }),
    on: {
      PAY: nextPaymentBeforeStart,
      REFUND: refund,
      SUBMIT_REQUIREMENTS: {
        by: ['BUYER'],
        to: 'IN_PROGRESS',
        set: (order, how) => ({
          ...rules.started(order, how),
          answers: how.answers ?? {},
          answerUploads: how.answerUploads ?? {},
        }),
      },
      SKIP_REQUIREMENTS: { by: ['SELLER'], to: 'IN_PROGRESS', set: rules.started },
      CANCEL: cancelLate,
      CANCEL_SILENT: { by: ['SYSTEM'], to: 'CANCELLED', set: rules.ended('BUYER') },
      REQUEST_CANCELLATION: askForCancellation,
      WITHDRAW_CANCELLATION: withdrawCancellation,
      ANSWER_CANCELLATION: answerCancellation,
      SUSPEND_SELLER: suspendSeller,
      REINSTATE_SELLER: reinstateSeller,
    },
  },
  IN_PROGRESS: {
    due: lateness,
    on: {
      PAY: nextPayment,
      REFUND: refund,
      DELIVER: deliver,
      // The seller too, when nobody pays for the next step.
      CANCEL: { ...cancelLate, by: ['BUYER', 'SELLER'] },
      MARK_LATE: markLate,
      REQUEST_CANCELLATION: askForCancellation,
      WITHDRAW_CANCELLATION: withdrawCancellation,
      ANSWER_CANCELLATION: answerCancellation,
      REQUEST_EXTENSION: askForTime,
      WITHDRAW_EXTENSION: withdrawExtension,
      ANSWER_EXTENSION: answerExtension,
      DELIVER_MILESTONE: {
        by: ['SELLER'],
        unless: milestone.milestoneMustBe('FUNDED', 'the milestone is not paid, or delivered already.'),
        set: milestone.milestoneDelivered,
        renews: true,
      },
      ACCEPT_MILESTONE: {
        by: ['BUYER', 'SYSTEM'],
        unless: milestone.milestoneMustBe('DELIVERED', 'the milestone is not delivered.'),
        to: (order, how) => (milestone.isLastMilestone(order, how) ? 'COMPLETED' : order.state),
        set: (order, how) => {
          const change = milestone.milestoneReleased(order, how)
          return milestone.isLastMilestone(order, how) ? { ...rules.completed(order, how), ...change } : change
        },
      },
      REQUEST_REVISION: {
        by: ['BUYER'],
        unless: rules.first(milestone.milestoneMustBe('DELIVERED', 'nothing is delivered.'), delivery.revisionsLeft),
        set: milestone.milestoneRevised,
        renews: true,
      },
      OPEN_DISPUTE: dispute,
      SUSPEND_SELLER: suspendSeller,
      REINSTATE_SELLER: reinstateSeller,
    },
  },
  DELIVERED: {
    due: (_, at) => ({ deadlineAt: after(at, rules.ACCEPTANCE_TIME), deadline: 'ACCEPT' }),
    on: {
      REFUND: refund,
      ACCEPT: { by: ['BUYER', 'SYSTEM'], to: 'COMPLETED', set: rules.completed },
      REQUEST_REVISION: { by: ['BUYER'], to: 'REVISION', unless: delivery.revisionsLeft, set: delivery.revised },
      OPEN_DISPUTE: dispute,
      // What is delivered may be accepted all the same; it matters when a revision follows.
      SUSPEND_SELLER: suspendSeller,
      REINSTATE_SELLER: reinstateSeller,
    },
  },
  REVISION: {
    due: lateness,
    on: {
      REFUND: refund,
      DELIVER: deliver,
      CANCEL: cancelLate,
      MARK_LATE: markLate,
      REQUEST_CANCELLATION: askForCancellation,
      WITHDRAW_CANCELLATION: withdrawCancellation,
      ANSWER_CANCELLATION: answerCancellation,
      REQUEST_EXTENSION: askForTime,
      WITHDRAW_EXTENSION: withdrawExtension,
      ANSWER_EXTENSION: answerExtension,
      OPEN_DISPUTE: dispute,
      SUSPEND_SELLER: suspendSeller,
      REINSTATE_SELLER: reinstateSeller,
    },
  },
  DISPUTED: {
    on: {
      REFUND: refund,
      ANSWER_DISPUTE: {
        by: ['BUYER', 'SELLER'],
        unless: disputeRules.mayAnswerDispute,
        set: disputeRules.disputeAnswered,
      },
      PROPOSE_SETTLEMENT: { by: ['BUYER', 'SELLER'], set: disputeRules.settlementProposed },
      ACCEPT_SETTLEMENT: {
        by: ['BUYER', 'SELLER'],
        unless: disputeRules.mayAcceptSettlement,
        ...disputeRules.resolution,
      },
      RESOLVE_DISPUTE: { by: ['STAFF'], unless: disputeRules.mayResolve, ...disputeRules.resolution },
    },
  },
  COMPLETED: { on: { REFUND: lateRefund } },
  CANCELLED: { on: { REFUND: lateRefund, PAY: latePayment } },
  EXPIRED: { on: { REFUND: lateRefund, PAY: latePayment } },
}

export const orderMachine = machine(transitions, { describe: words, nothingDue })
