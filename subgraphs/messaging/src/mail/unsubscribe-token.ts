import { isSignatureOf, type Signing, signatureOf } from '@gigraph/shared/auth'
import { z } from 'zod'
import type { Category } from '../notification/notification.ts'
import { categories } from '../notification/tables.ts'

/** Whose mails of which category a link ends. Valid for ever, and for nothing else. */
export interface Unsubscription {
  readonly userId: string
  readonly category: Category
}

const claims = z.tuple([z.uuid(), z.enum(categories)])

const signing = (secret: string, content: string): Signing => ({
  key: secret,
  text: `messaging unsubscribe ${content}`,
})

/** A token that only somebody with the secret can make. */
export const makeUnsubscribeToken = (secret: string, { userId, category }: Unsubscription): string => {
  const content = `${userId}.${category}`
  return `${Buffer.from(content).toString('base64url')}.${signatureOf(signing(secret, content))}`
}

/** What a token stands for; null when it is not one of ours. */
export const readUnsubscribeToken = (secret: string, token: string): Unsubscription | null => {
  const [encoded = '', signature = ''] = token.split('.')
  const content = Buffer.from(encoded, 'base64url').toString()
  if (!isSignatureOf(signing(secret, content), signature)) return null
  const parsed = claims.safeParse(content.split('.'))
  return parsed.success ? { userId: parsed.data[0], category: parsed.data[1] } : null
}
