import { z } from 'zod'
import { LONGEST_BODY } from './message.ts'

export const conversationId = z.uuid({ error: 'This is no conversation.' })
export const messageId = z.uuid({ error: 'This is no message.' })

export const body = z
  .string()
  .trim()
  .min(1, { error: 'Write something.' })
  .max(LONGEST_BODY, { error: `Write at most ${LONGEST_BODY.toLocaleString('en-US')} characters.` })
  // PostgreSQL's text cannot hold it.
  .refine((text) => !text.includes('\u0000'), { error: 'The text holds a character that cannot be written.' })

export const clientMessageId = z
  .string()
  .min(1, { error: 'Pass an id of at least one character, or none.' })
  .max(100, { error: 'An id has at most 100 characters.' })
  .nullish()
