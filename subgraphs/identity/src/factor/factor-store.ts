import type { Database, Transaction } from '@gigraph/shared/database'
import { and, count, eq, gt, isNotNull, isNull, lt } from 'drizzle-orm'
import { recoveryCodes, totpFactors, trustedDevices } from '../tables.ts'

export type TotpFactor = typeof totpFactors.$inferSelect
export type TrustedDevice = typeof trustedDevices.$inferSelect

export const findOptionalTotp = async (db: Database, userId: string): Promise<TotpFactor | null> => {
  const [factor] = await db.select().from(totpFactors).where(eq(totpFactors.userId, userId))
  return factor ?? null
}

/** A new secret replaces one that was never confirmed. */
export const saveTotp = async (tx: Transaction, factor: typeof totpFactors.$inferInsert): Promise<void> => {
  const { userId, ...values } = factor
  await tx
    .insert(totpFactors)
    .values(factor)
    .onConflictDoUpdate({ target: totpFactors.userId, set: values, setWhere: isNull(totpFactors.confirmedAt) })
}

/** Accepts a time step once: false when it or a later one was accepted before (RFC 6238 §5.2). */
export const takeTotpStep = async (tx: Transaction, userId: string, step: number): Promise<boolean> => {
  const taken = await tx
    .update(totpFactors)
    .set({ lastStep: step })
    .where(and(eq(totpFactors.userId, userId), lt(totpFactors.lastStep, step)))
    .returning({ userId: totpFactors.userId })
  return taken.length > 0
}

export const confirmTotpRow = async (tx: Transaction, userId: string, confirmedAt: Date): Promise<void> => {
  await tx.update(totpFactors).set({ confirmedAt }).where(eq(totpFactors.userId, userId))
}

export const removeTotp = async (tx: Transaction, userId: string): Promise<void> => {
  await tx.delete(totpFactors).where(eq(totpFactors.userId, userId))
}

export const hasTotp = async (db: Database, userId: string): Promise<boolean> =>
  (await db.$count(totpFactors, and(eq(totpFactors.userId, userId), isNotNull(totpFactors.confirmedAt)))) > 0

/** Replaces all recovery codes. */
export const replaceRecoveryCodes = async (
  tx: Transaction,
  userId: string,
  hashes: readonly string[],
  createdAt: Date,
): Promise<void> => {
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.userId, userId))
  if (hashes.length > 0)
    await tx.insert(recoveryCodes).values(hashes.map((codeHash) => ({ userId, codeHash, createdAt })))
}

/** Uses a code up; false when it is unknown or used. */
export const takeRecoveryCode = async (
  tx: Transaction,
  userId: string,
  codeHash: string,
  usedAt: Date,
): Promise<boolean> => {
  const taken = await tx
    .update(recoveryCodes)
    .set({ usedAt })
    .where(and(eq(recoveryCodes.userId, userId), eq(recoveryCodes.codeHash, codeHash), isNull(recoveryCodes.usedAt)))
    .returning({ userId: recoveryCodes.userId })
  return taken.length > 0
}

export const countRecoveryCodes = async (db: Database, userId: string): Promise<number> => {
  const [found] = await db
    .select({ left: count() })
    .from(recoveryCodes)
    .where(and(eq(recoveryCodes.userId, userId), isNull(recoveryCodes.usedAt)))
  return found?.left ?? 0
}

export const insertTrustedDevice = async (
  tx: Transaction,
  device: typeof trustedDevices.$inferInsert,
): Promise<void> => {
  await tx.insert(trustedDevices).values(device)
}

/** Whether the token is a device's that this user trusts now; notes its use. */
export const useTrustedDevice = async (
  tx: Transaction,
  { userId, tokenHash, at }: { readonly userId: string; readonly tokenHash: string; readonly at: Date },
): Promise<boolean> => {
  const used = await tx
    .update(trustedDevices)
    .set({ lastUsedAt: at })
    .where(
      and(eq(trustedDevices.userId, userId), eq(trustedDevices.tokenHash, tokenHash), gt(trustedDevices.expiresAt, at)),
    )
    .returning({ id: trustedDevices.id })
  return used.length > 0
}

export const listTrustedDevices = (db: Database, userId: string, at: Date): Promise<TrustedDevice[]> =>
  db
    .select()
    .from(trustedDevices)
    .where(and(eq(trustedDevices.userId, userId), gt(trustedDevices.expiresAt, at)))

/** Forgets one device of the user, or all. Returns how many. */
export const removeTrustedDevices = async (tx: Transaction, userId: string, id?: string): Promise<number> => {
  const removed = await tx
    .delete(trustedDevices)
    .where(and(eq(trustedDevices.userId, userId), id === undefined ? undefined : eq(trustedDevices.id, id)))
    .returning({ id: trustedDevices.id })
  return removed.length
}
