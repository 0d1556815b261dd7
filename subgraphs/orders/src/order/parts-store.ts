import type { Database, Transaction } from '@gigraph/shared/database'
import { groupBy, indexBy } from '@gigraph/shared/graphql'
import { asc, eq, inArray } from 'drizzle-orm'
import { changeRequests, disputes, milestones } from '../tables.ts'
import type { Milestone, Parts } from './order.ts'

/** What belongs to orders: requests, dispute, milestones. SQL only. */

const milestoneOf = ({ amountMinor, currency, ...row }: typeof milestones.$inferSelect): Milestone => ({
  ...row,
  amount: { amountMinor, currency },
})

export const milestoneRow = ({ amount, ...milestone }: Milestone): typeof milestones.$inferInsert => ({
  ...milestone,
  ...amount,
})

/** The parts of many orders: three statements, however many. */
export const listParts = async (db: Database, orderIds: readonly string[]): Promise<Map<string, Parts>> => {
  const ids = [...orderIds]
  const asked = await db
    .select()
    .from(changeRequests)
    .where(inArray(changeRequests.orderId, ids))
    .orderBy(asc(changeRequests.id))
  const opened = await db.select().from(disputes).where(inArray(disputes.orderId, ids))
  const steps = await db
    .select()
    .from(milestones)
    .where(inArray(milestones.orderId, ids))
    .orderBy(asc(milestones.position))
  const requestsOf = groupBy(ids, asked, (request) => request.orderId)
  const disputeOf = indexBy(opened, (dispute) => dispute.orderId)
  const milestonesOf = groupBy(ids, steps.map(milestoneOf), (milestone) => milestone.orderId)
  return new Map(
    ids.map((id) => [
      id,
      {
        requests: requestsOf.get(id) ?? [],
        dispute: disputeOf.get(id) ?? null,
        milestones: milestonesOf.get(id) ?? [],
      },
    ]),
  )
}

/** Writes the parts that are new or changed: those that are not the very same objects as before. */
export const saveParts = async (tx: Transaction, before: Parts, next: Parts): Promise<void> => {
  for (const request of next.requests.filter((each) => !before.requests.includes(each)))
    await tx
      .insert(changeRequests)
      .values(request)
      .onConflictDoUpdate({ target: changeRequests.id, set: { state: request.state, answeredAt: request.answeredAt } })
  if (next.dispute && next.dispute !== before.dispute)
    await tx.insert(disputes).values(next.dispute).onConflictDoUpdate({ target: disputes.id, set: next.dispute })
  for (const milestone of next.milestones.filter((each) => !before.milestones.includes(each)))
    await tx.update(milestones).set(milestoneRow(milestone)).where(eq(milestones.id, milestone.id))
}

/** Writes the milestones of new orders. */
export const insertMilestones = async (db: Database, all: readonly Milestone[]): Promise<void> => {
  if (all.length > 0) await db.insert(milestones).values(all.map(milestoneRow))
}
