import type Stripe from 'stripe'
import { z } from 'zod'
import { decideDispute, type EvidenceText, evidenceMembers, submitEvidence } from '../dispute.ts'
import { listOperation } from '../list-operation.ts'
import { operation } from '../operation.ts'
import { expand, flag, mergedMetadata, metadata, type ParamsOf } from '../params.ts'

const path = '/disputes'

const evidence = z
  .partialRecord(z.enum(evidenceMembers as [EvidenceText, ...EvidenceText[]]), z.string().max(150_000))
  .default({})

/** https://docs.stripe.com/api/disputes */
export const disputeOperations = [
  listOperation(path, 'dispute', ['charge', 'payment_intent']),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('dispute', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({
      evidence,
      metadata,
      submit: flag.default(true),
      expand,
    } satisfies ParamsOf<Stripe.DisputeUpdateParams>),
    run({ emulation, account, id, params }) {
      const dispute = emulation.store.find('dispute', id, account)
      return submitEvidence(emulation, dispute, {
        evidence: params.evidence,
        // Stripe submits unless told otherwise, but only evidence: changed metadata is no answer to the bank.
        submit: params.submit && Object.keys(params.evidence).length > 0,
        metadata: mergedMetadata(dispute.metadata, params.metadata),
      })
    },
  }),
  operation({
    method: 'POST',
    path: `${path}/:id/close`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => decideDispute(emulation, emulation.store.find('dispute', id, account), 'lost'),
  }),
]
