import { jobClosed, jobExpired, jobFilled, jobPosted, jobUpdated } from '@gigraph/marketplace/events'
import { paymentRefunded, paymentSucceeded } from '@gigraph/payments/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import { ne, sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { isErased } from '../person/person-store.ts'
import { clientJobs, clientPayments } from '../tables.ts'

const { handle } = bind<Context>()

interface Budgeted {
  readonly jobId: string
  readonly clientId: string
  readonly budget: { readonly amountMinor: number } | null
}

/**
 * Notes what a client would pay. Whether the job is open is another matter: the news of its end may have come before. Of two budgets the
 * later one holds; of one instant the higher, a change's as well as a posting's.
 */
const noteBudget = async (tx: Transaction, { jobId, clientId, budget }: Budgeted, at: Date): Promise<void> => {
  if (await isErased(tx, clientId)) return
  const known = sql`(coalesce(${clientJobs.budgetAt}, '-infinity'), coalesce(${clientJobs.budgetMinor}, -1))`
  await tx
    .insert(clientJobs)
    .values({ jobId, clientId, status: 'OPEN', budgetMinor: budget?.amountMinor ?? null, budgetAt: at })
    .onConflictDoUpdate({
      target: clientJobs.jobId,
      set: { budgetMinor: sql`excluded.budget_minor`, budgetAt: sql`excluded.budget_at` },
      setWhere: sql`${known} < (excluded.budget_at, coalesce(excluded.budget_minor, -1))`,
    })
}

export const onJobPosted = handle(jobPosted, 'count-job', (_, tx, job, { occurredAt }) =>
  noteBudget(tx, job, occurredAt),
)
export const onJobUpdated = handle(jobUpdated, 'note-budget', (_, tx, job, { occurredAt }) =>
  noteBudget(tx, job, occurredAt),
)

/** A job ends once; were both told, that somebody got it would hold, whichever came first. */
const end = async (tx: Transaction, jobId: string, clientId: string, status: 'FILLED' | 'CLOSED'): Promise<void> => {
  if (await isErased(tx, clientId)) return
  await tx
    .insert(clientJobs)
    .values({ jobId, clientId, status, budgetMinor: null })
    .onConflictDoUpdate({ target: clientJobs.jobId, set: { status }, setWhere: ne(clientJobs.status, 'FILLED') })
}

export const onJobFilled = handle(jobFilled, 'count-filled-job', (_, tx, { jobId, clientId }) =>
  end(tx, jobId, clientId, 'FILLED'),
)
export const onJobClosed = handle(jobClosed, 'count-closed-job', (_, tx, { jobId, clientId }) =>
  end(tx, jobId, clientId, 'CLOSED'),
)
export const onJobExpired = handle(jobExpired, 'count-expired-job', (_, tx, { jobId, clientId }) =>
  end(tx, jobId, clientId, 'CLOSED'),
)

interface Paid {
  readonly paymentId: string
  readonly buyerId: string
  readonly orderId: string
  readonly amount: { readonly currency: string }
  readonly remainingMinor: number
  readonly at: Date
}

/** What remains only ever falls, and a payment comes before its refunds: of any order of events the least and the first hold. */
const note = async (
  tx: Transaction,
  { paymentId, buyerId, orderId, amount, remainingMinor, at }: Paid,
): Promise<void> => {
  const { currency } = amount
  if (await isErased(tx, buyerId)) return
  await tx
    .insert(clientPayments)
    .values({ paymentId, clientId: buyerId, orderId, remainingMinor, currency, paidAt: at })
    .onConflictDoUpdate({
      target: clientPayments.paymentId,
      set: {
        remainingMinor: sql`least(${clientPayments.remainingMinor}, excluded.remaining_minor)`,
        paidAt: sql`least(${clientPayments.paidAt}, excluded.paid_at)`,
      },
    })
}

export const onPaymentSucceeded = handle(paymentSucceeded, 'count-spending', (_, tx, payment, { occurredAt }) =>
  note(tx, { ...payment, remainingMinor: payment.amount.amountMinor, at: occurredAt }),
)
export const onPaymentRefunded = handle(paymentRefunded, 'uncount-spending', (_, tx, payment, { occurredAt }) =>
  note(tx, { ...payment, remainingMinor: payment.remaining.amountMinor, at: occurredAt }),
)
