import { uploadIds } from '@gigraph/shared/uploads'
import { z } from 'zod'
import { LONGEST_BODY, MOST_ATTACHMENTS } from './message.ts'

export const conversationId = z.uuid({ error: 'This is no conversation.' })
export const messageId = z.uuid({ error: 'This is no message.' })

/** May be empty: for messages that hold files. */
export const text = z
  .string()
  .trim()
  .max(LONGEST_BODY, { error: `Write at most ${LONGEST_BODY.toLocaleString('en-US')} characters.` })
  // PostgreSQL's text cannot hold it.
  .refine((value) => !value.includes('\u0000'), { error: 'The text holds a character that cannot be written.' })

export const SAY_SOMETHING = 'Write something.'
export const body = text.min(1, { error: SAY_SOMETHING })

export const attachmentIds = uploadIds(MOST_ATTACHMENTS)
  .nullish()
  .transform((ids) => ids ?? [])

/** Whether there is a text or a file. */
export const saysSomething = (input: {
  readonly body?: string
  readonly message?: string
  readonly attachmentIds: readonly string[]
}): boolean => Boolean(input.body ?? input.message) || input.attachmentIds.length > 0

export const clientMessageId = z
  .string()
  .min(1, { error: 'Pass an id of at least one character, or none.' })
  .max(100, { error: 'An id has at most 100 characters.' })
  .nullish()
