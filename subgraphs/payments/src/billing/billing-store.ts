import type { Database } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import { inArray } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { type BillingDetailsRow, billingDetails } from './tables.ts'

export const saveBillingDetails = async (db: Database, row: BillingDetailsRow): Promise<BillingDetailsRow> => {
  const { userId: target } = billingDetails
  const [saved] = await db.insert(billingDetails).values(row).onConflictDoUpdate({ target, set: row }).returning()
  if (!saved) throw new Error('the insert answered no row')
  return saved
}

export const billingDetailsOfUsers: Batch<Context, string, BillingDetailsRow> = async ({ db }, userIds) =>
  indexBy(
    await db
      .select()
      .from(billingDetails)
      .where(inArray(billingDetails.userId, [...userIds])),
    ({ userId }) => userId,
  )
