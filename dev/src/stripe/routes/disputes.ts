import { z } from 'zod'
import { decideDispute, type EvidenceText, evidenceMembers, submitEvidence } from '../dispute.ts'
import { operation } from '../operation.ts'
import { paginate } from '../paginate.ts'
import { expand, flag, inRange, listParams, mergedMetadata, metadata } from '../params.ts'

const path = '/disputes'

const evidence = z
  .partialRecord(z.enum(evidenceMembers as [EvidenceText, ...EvidenceText[]]), z.string().max(150_000))
  .default({})

/** https://docs.stripe.com/api/disputes */
export const disputeOperations = [
  operation({
    method: 'GET',
    path,
    params: z.strictObject({
      ...listParams,
      charge: z.string().optional(),
      payment_intent: z.string().optional(),
    }),
    run({ emulation, account, params }) {
      const { charge, payment_intent: intent, created } = params
      const found = emulation.store
        .list('dispute', account)
        .filter(
          (dispute) =>
            (!charge || dispute.charge === charge) &&
            (!intent || dispute.payment_intent === intent) &&
            inRange(dispute.created, created),
        )
      return paginate(found, params, `/v1${path}`)
    },
  }),
  operation({
    method: 'GET',
    path: `${path}/:id`,
    params: z.strictObject({ expand }),
    run: ({ emulation, account, id }) => emulation.store.find('dispute', id, account),
  }),
  operation({
    method: 'POST',
    path: `${path}/:id`,
    params: z.strictObject({ evidence, metadata, submit: flag.default(true), expand }),
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
