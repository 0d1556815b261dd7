import { defineSubgraph } from '@gigraph/shared/service'
import { configuration } from './config.ts'
import { runHandOverFiles } from './delivery/hand-over-files.ts'
import { deliveryResolvers } from './delivery/resolvers.ts'
import { disputeResolvers } from './dispute/resolvers.ts'
import { onPaymentFailed, onPaymentRefunded, onPaymentSucceeded } from './handlers/on-payment.ts'
import { onUserDeleted } from './handlers/on-user-deleted.ts'
import { onUserReinstated, onUserSuspended } from './handlers/on-user-suspended.ts'
import { enforceDeadlineOf, sweep } from './jobs/enforce-deadlines.ts'
import { milestoneResolvers } from './milestone/resolvers.ts'
import { answerOpenOrders, answerParticipants, answerPayable } from './order/procedures.ts'
import { orderResolvers } from './order/resolvers.ts'
import { personalData } from './personal-data.ts'
import { requestResolvers } from './request/resolvers.ts'
import { timelineResolvers } from './timeline/resolvers.ts'

/** Orders: the work between two people, from purchase to the end. */
export const ordersService = defineSubgraph({
  name: 'orders',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  calls: ['marketplace', 'profiles'],
  resolvers: [
    orderResolvers,
    deliveryResolvers,
    requestResolvers,
    disputeResolvers,
    milestoneResolvers,
    timelineResolvers,
  ],
  handlers: [onPaymentSucceeded, onPaymentFailed, onPaymentRefunded, onUserSuspended, onUserReinstated, onUserDeleted],
  jobs: [enforceDeadlineOf, sweep, runHandOverFiles],
  procedures: [answerPayable, answerParticipants, answerOpenOrders],
  appendOnlyTables: ['timeline'],
})
