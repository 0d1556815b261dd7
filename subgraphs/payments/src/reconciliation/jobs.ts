import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

const queue = 'payments.reconciliation'

/** Asks Stripe for events that never arrived and movements that are not in the books. */
export const reconcile = defineJob({ name: 'reconcile', queue, schema: z.object({}), every: '1h' })

/** Tests every invariant of the ledger. */
export const auditLedger = defineJob({ name: 'audit-ledger', queue, schema: z.object({}), every: '24h' })

/** Forgets idempotency keys that nobody will use again. */
export const forgetOldKeys = defineJob({ name: 'forget-old-keys', queue, schema: z.object({}), every: '24h' })
