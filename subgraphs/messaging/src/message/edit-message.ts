import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeMessage, requireAuthor } from './change-message.ts'
import { detailsOf } from './detect-contact-details.ts'
import { EDITABLE, type MessageRow } from './message.ts'
import { body, messageId } from './message-input.ts'
import { saveMessage } from './message-store.ts'
import { refuseBlocked } from './write-message.ts'

const editMessageInput = z.object({ messageId, body })

/** Changes the viewer's own text, as long as what others answered is fresh. */
export const editMessage = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(editMessageInput, input)
  if (!parsed.ok) return parsed
  const { messageId: id, body: text } = parsed.value

  return changeMessage(ctx, {
    messageId: id,
    kind: 'MESSAGE_EDITED',
    apply: async (tx, message, { conversation, participants }) => {
      requireAuthor(viewer, message)
      const refusal = await refuseBlocked(
        tx,
        conversation.kind,
        participants.map(({ userId }) => userId),
      )
      if (refusal) return refusal
      const now = ctx.clock.now()
      if (message.kind !== 'TEXT' || message.deletedAt)
        return fail('INVALID_STATE', 'Only a text that is still there can be changed.', { allowed: [] })
      if (now > after(message.createdAt, EDITABLE))
        return fail('EXPIRED', 'A message can be changed for 15 minutes; write another one.')
      const contactDetails = await detailsOf(tx, conversation, text)
      return ok(await saveMessage(tx, id, { body: text, contactDetails, editedAt: now }))
    },
  })
}
