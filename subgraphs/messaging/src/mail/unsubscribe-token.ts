import { createHmac, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { Category } from '../notification/notification.ts'
import { categories } from '../notification/tables.ts'

/** Whose mails of which category a link ends. Valid for ever, and for nothing else. */
export interface Unsubscription {
  readonly userId: string
  readonly category: Category
}

const claims = z.tuple([z.uuid(), z.enum(categories)])

const sign = (secret: string, content: string): string =>
  createHmac('sha256', secret).update(`messaging unsubscribe ${content}`).digest('base64url')

/** A token that only somebody with the secret can make. */
export const makeUnsubscribeToken = (secret: string, { userId, category }: Unsubscription): string => {
  const content = `${userId}.${category}`
  return `${Buffer.from(content).toString('base64url')}.${sign(secret, content)}`
}

/** What a token stands for; null when it is not one of ours. */
export const readUnsubscribeToken = (secret: string, token: string): Unsubscription | null => {
  const [encoded = '', signature = ''] = token.split('.')
  const content = Buffer.from(encoded, 'base64url').toString()
  const expected = Buffer.from(sign(secret, content))
  const given = Buffer.from(signature)
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  const parsed = claims.safeParse(content.split('.'))
  return parsed.success ? { userId: parsed.data[0], category: parsed.data[1] } : null
}
