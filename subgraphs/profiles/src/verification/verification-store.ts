import type { Transaction } from '@gigraph/shared/database'
import { and, inArray, lt, sql } from 'drizzle-orm'
import { clientProfiles } from '../tables.ts'

/** Clients whose documents are deleted at once; the rest is found the next time. */
const BATCH = 200

/** Takes the documents of checks that were decided before an instant off their profiles, and answers which they are. */
export const takeOldDocuments = async (tx: Transaction, before: Date): Promise<string[]> => {
  const due = await tx
    .select({ userId: clientProfiles.userId, documentIds: clientProfiles.verificationDocumentIds })
    .from(clientProfiles)
    .where(
      and(
        inArray(clientProfiles.verification, ['VERIFIED', 'REJECTED']),
        lt(clientProfiles.verificationDecidedAt, before),
        sql`${clientProfiles.verificationDocumentIds} <> '{}'`,
      ),
    )
    .limit(BATCH)
    .for('update')
  if (due.length === 0) return []
  await tx
    .update(clientProfiles)
    .set({ verificationDocumentIds: [] })
    .where(
      inArray(
        clientProfiles.userId,
        due.map(({ userId }) => userId),
      ),
    )
  return due.flatMap(({ documentIds }) => documentIds)
}
