import type { Database, Transaction } from '@gigraph/shared/database'
import { notFound } from '@gigraph/shared/errors'
import type { Batch } from '@gigraph/shared/graphql'
import { and, arrayContains, asc, eq, gt, inArray, isNull, lte, max, or } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { webhookEndpoints, webhookSecrets } from './tables.ts'
import type { EndpointRow } from './webhook.ts'

export const insertEndpoint = async (
  tx: Transaction,
  endpoint: typeof webhookEndpoints.$inferInsert,
): Promise<EndpointRow> => {
  const [row] = await tx.insert(webhookEndpoints).values(endpoint).returning()
  if (!row) throw new Error('the insert answered no row')
  return row
}

/** Somebody's endpoints, oldest first. */
export const listEndpoints = (db: Database | Transaction, userId: string): Promise<EndpointRow[]> =>
  db
    .select()
    .from(webhookEndpoints)
    .where(eq(webhookEndpoints.userId, userId))
    .orderBy(asc(webhookEndpoints.createdAt), asc(webhookEndpoints.id))

export const findEndpoint = async (db: Database, id: string): Promise<EndpointRow> => {
  const [row] = await db.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id))
  if (!row) throw notFound('Webhook endpoint')
  return row
}

/** Locked until the transaction ends; what tells it something waits for nobody. Null when it is gone. */
export const findOptionalEndpointForUpdate = async (tx: Transaction, id: string): Promise<EndpointRow | null> => {
  const [row] = await tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)).for('no key update')
  return row ?? null
}

/** @throws {ApplicationError} NOT_FOUND when it is not the user's own */
export const findOwnEndpointForUpdate = async (tx: Transaction, userId: string, id: string): Promise<EndpointRow> => {
  const row = await findOptionalEndpointForUpdate(tx, id)
  if (row?.userId !== userId) throw notFound('Webhook endpoint')
  return row
}

/** Endpoints that work and listen for this; they stay until the transaction ends. */
export const listListening = (tx: Transaction, userIds: readonly string[], type: string): Promise<EndpointRow[]> =>
  tx
    .select()
    .from(webhookEndpoints)
    .where(
      and(
        inArray(webhookEndpoints.userId, [...userIds]),
        isNull(webhookEndpoints.disabledAt),
        arrayContains(webhookEndpoints.events, [type]),
      ),
    )
    .for('key share')

export const saveEndpoint = async (
  tx: Transaction,
  id: string,
  changes: Partial<Omit<EndpointRow, 'id' | 'userId'>>,
): Promise<EndpointRow> => {
  const [row] = await tx.update(webhookEndpoints).set(changes).where(eq(webhookEndpoints.id, id)).returning()
  if (!row) throw notFound('Webhook endpoint')
  return row
}

export const deleteEndpoint = async (tx: Transaction, id: string): Promise<void> => {
  await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.id, id))
}

export const deleteEndpointsOf = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.delete(webhookEndpoints).where(eq(webhookEndpoints.userId, userId))
}

export const insertSecret = async (tx: Transaction, secret: typeof webhookSecrets.$inferInsert): Promise<void> => {
  await tx.insert(webhookSecrets).values(secret)
}

/** The present secret becomes an earlier one. */
export const endPresentSecret = async (tx: Transaction, endpointId: string, endsAt: Date): Promise<void> => {
  await tx
    .update(webhookSecrets)
    .set({ endsAt })
    .where(and(eq(webhookSecrets.endpointId, endpointId), isNull(webhookSecrets.endsAt)))
}

/** The secrets that sign now, sealed; the present one first. */
export const listSealedSecrets = async (
  db: Database | Transaction,
  endpointId: string,
  now: Date,
): Promise<readonly string[]> => {
  const found = await db
    .select()
    .from(webhookSecrets)
    .where(
      and(eq(webhookSecrets.endpointId, endpointId), or(isNull(webhookSecrets.endsAt), gt(webhookSecrets.endsAt, now))),
    )
  const end = ({ endsAt }: (typeof found)[number]) => endsAt?.getTime() ?? Number.MAX_SAFE_INTEGER
  return found.sort((one, other) => end(other) - end(one)).map(({ sealed }) => sealed)
}

export const deleteEndedSecrets = async (db: Database, now: Date): Promise<void> => {
  await db.delete(webhookSecrets).where(lte(webhookSecrets.endsAt, now))
}

/** Until when earlier secrets sign too, of endpoints that have some. */
export const previousSecretEnds: Batch<Context, string, Date> = async ({ db, clock }, ids) => {
  const found = await db
    .select({ id: webhookSecrets.endpointId, endsAt: max(webhookSecrets.endsAt) })
    .from(webhookSecrets)
    .where(and(inArray(webhookSecrets.endpointId, [...ids]), gt(webhookSecrets.endsAt, clock.now())))
    .groupBy(webhookSecrets.endpointId)
  return new Map(found.flatMap(({ id, endsAt }) => (endsAt ? [[id, endsAt]] : [])))
}
