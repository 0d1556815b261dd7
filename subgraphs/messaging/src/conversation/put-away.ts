import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { tellInbox } from '../live/topics.ts'
import { conversationId } from '../message/message-input.ts'
import type { ConversationRow, ParticipantRow } from './conversation.ts'
import { saveParticipant } from './conversation-store.ts'
import { findOwnConversationForUpdate } from './find-conversation.ts'

const archiveConversationInput = z.object({ conversationId, archived: z.boolean() })
const muteConversationInput = z.object({ conversationId, until: z.date().nullish() })

/** Changes the viewer's own part of a conversation; nobody else learns of it. */
const changeOwnPart = (ctx: Context, id: string, changes: Partial<ParticipantRow>): Promise<Result<ConversationRow>> =>
  transaction(ctx.db, async (tx) => {
    const { conversation, self } = await findOwnConversationForUpdate(ctx, tx, id)
    await saveParticipant(tx, self, changes)
    tellInbox(ctx, tx, id, self.userId)
    return ok(conversation)
  })

/** Puts a conversation away, or takes it back. */
export const archiveConversation = async (ctx: Context, input: unknown): Promise<Result<ConversationRow>> => {
  requireViewer(ctx)
  const parsed = parseInput(archiveConversationInput, input)
  if (!parsed.ok) return parsed
  const archivedAt = parsed.value.archived ? ctx.clock.now() : null
  return changeOwnPart(ctx, parsed.value.conversationId, { archivedAt })
}

/** Silences a conversation until an instant, or ends that. What was to be mailed about it is not. */
export const muteConversation = async (ctx: Context, input: unknown): Promise<Result<ConversationRow>> => {
  requireViewer(ctx)
  const parsed = parseInput(muteConversationInput, input)
  if (!parsed.ok) return parsed
  const until = parsed.value.until ?? null
  if (until && until <= ctx.clock.now())
    return fail('VALIDATION', 'Choose a time in the future.', { field: ['input', 'until'] })
  return changeOwnPart(ctx, parsed.value.conversationId, { mutedUntil: until, ...(until && { mailDueAt: null }) })
}
