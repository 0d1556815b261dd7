import type { Transaction } from '@gigraph/shared/database'
import { and, eq } from 'drizzle-orm'
import type { ConversationRow } from '../conversation/conversation.ts'
import { conversations } from '../conversation/tables.ts'
import { type ContactDetail, findContactDetails } from './contact-details.ts'

/** The contact details in a text, as far as they matter: between people who have an order nothing is wrong with them. */
export const detailsOf = async (
  tx: Transaction,
  { kind, peopleKey }: Pick<ConversationRow, 'kind' | 'peopleKey'>,
  body: string,
): Promise<ContactDetail[]> => {
  const found = findContactDetails(body)
  if (found.length === 0 || kind === 'ORDER' || kind === 'TICKET') return []
  const orders = await tx
    .select({ id: conversations.id })
    .from(conversations)
    .where(and(eq(conversations.kind, 'ORDER'), eq(conversations.peopleKey, peopleKey)))
    .limit(1)
  return orders.length > 0 ? [] : found
}
