import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeMessage } from './change-message.ts'
import { type MessageRow, REACTIONS_PER_PERSON } from './message.ts'
import { messageId } from './message-input.ts'
import { countReactions, deleteReaction, insertReaction } from './reaction-store.ts'
import { refuseBlocked } from './write-message.ts'

const reactInput = z.object({
  messageId,
  emoji: z.string().regex(/^\p{RGI_Emoji}$/v, { error: 'React with one emoji.' }),
  on: z.boolean(),
})

/** Adds or takes back the viewer's reaction; what is there already stays as it is. */
export const react = async (ctx: Context, input: unknown): Promise<Result<MessageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(reactInput, input)
  if (!parsed.ok) return parsed
  const { messageId: id, emoji, on } = parsed.value

  return changeMessage(ctx, {
    messageId: id,
    kind: 'REACTED',
    apply: async (tx, message, { conversation, participants }) => {
      const reaction = { messageId: id, userId: viewer.id, emoji }
      if (!on) {
        await deleteReaction(tx, reaction)
        return ok(message)
      }
      const refusal = await refuseBlocked(
        tx,
        conversation.kind,
        participants.map(({ userId }) => userId),
      )
      if (refusal) return refusal
      if (message.deletedAt) return fail('INVALID_STATE', 'The message was deleted.', { allowed: [] })
      if ((await countReactions(tx, id, viewer.id)) >= REACTIONS_PER_PERSON)
        return fail('LIMIT_EXCEEDED', `At most ${REACTIONS_PER_PERSON} reactions to one message.`)
      await insertReaction(tx, { ...reaction, createdAt: ctx.clock.now() })
      return ok(message)
    },
  })
}
