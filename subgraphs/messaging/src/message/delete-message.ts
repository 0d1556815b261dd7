import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeMessage, requireAuthor } from './change-message.ts'
import type { MessageRow } from './message.ts'
import { messageId } from './message-input.ts'
import { saveMessage } from './message-store.ts'
import { releaseAttachments } from './release-files.ts'

/** Takes the viewer's own text back: a tombstone keeps its number. A second time changes nothing. */
export const deleteMessage = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(z.object({ messageId }), input)
  if (!parsed.ok) return parsed
  const id = parsed.value.messageId

  return changeMessage(ctx, {
    messageId: id,
    kind: 'MESSAGE_DELETED',
    apply: async (tx, message) => {
      requireAuthor(viewer, message)
      if (message.kind !== 'TEXT')
        return fail('INVALID_STATE', 'Only texts can be deleted; withdraw an offer instead.', { allowed: [] })
      if (message.deletedAt) return ok(message)
      await releaseAttachments(ctx, tx, id)
      return ok(await saveMessage(tx, id, { body: '', contactDetails: [], deletedAt: ctx.clock.now() }))
    },
  })
}
