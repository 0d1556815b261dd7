import { payload } from '@gigraph/shared/errors'
import type { Money } from '@gigraph/shared/money'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import { type Dispute, heldMinor } from '../order/order.ts'
import { inFull } from '../order/resolvers.ts'
import { acceptSettlement } from './accept-settlement.ts'
import { answerDispute } from './answer-dispute.ts'
import { openDispute } from './open-dispute.ts'
import { proposeSettlement } from './propose-settlement.ts'
import { resolveDispute } from './resolve-dispute.ts'

/** A dispute with what it is about. */
export interface DisputeOfOrder extends Dispute {
  /** What is in escrow; nothing once it has ended. */
  readonly held: Money
}

const amount = ({ held }: DisputeOfOrder, amountMinor: number | null): Money | null =>
  amountMinor === null ? null : { amountMinor, currency: held.currency }

export const disputeResolvers: Resolvers = {
  Mutation: {
    openDispute: async (_, { input }, ctx) => payload('order', await openDispute(ctx, input)),
    answerDispute: async (_, { input }, ctx) => payload('order', await answerDispute(ctx, input)),
    proposeSettlement: async (_, { input }, ctx) => payload('order', await proposeSettlement(ctx, input)),
    acceptSettlement: async (_, { input }, ctx) => payload('order', await acceptSettlement(ctx, input)),
    resolveDispute: async (_, { input }, ctx) => payload('order', await resolveDispute(ctx, input)),
  },
  Order: {
    dispute: async (order, _, ctx) => {
      const full = await inFull(ctx, order)
      const held = { amountMinor: heldMinor(full), currency: order.total.currency }
      return full.dispute && { ...full.dispute, held }
    },
  },
  OrderDispute: {
    evidence: ({ evidenceIds }, _, ctx) => loadPrivateFiles(ctx, evidenceIds),
    answerEvidence: ({ answerEvidenceIds }, _, ctx) => loadPrivateFiles(ctx, answerEvidenceIds),
    toSeller: (dispute) => amount(dispute, dispute.toSellerMinor),
    toBuyer: (dispute) => amount(dispute, dispute.toBuyerMinor),
    proposal: ({ proposedBy, proposedToSellerMinor: minor, proposalNote, held, endedAt, toBuyerMinor }) => {
      if (!proposedBy || minor === null) return null
      const rest = endedAt ? (toBuyerMinor ?? 0) : held.amountMinor - minor
      return {
        proposedBy,
        toSeller: { ...held, amountMinor: minor },
        toBuyer: { ...held, amountMinor: rest },
        message: proposalNote,
      }
    },
  },
}
