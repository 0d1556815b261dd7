import { dictionary } from '@zxcvbn-ts/language-common'
import { z } from 'zod'

/** Without a second factor that counts as one, a password stands alone (NIST SP 800-63B-4 §3.1.1.2). Codes by mail do not count. */
export const LEAST_ALONE = 15
/** Together with an authenticator app. */
export const LEAST_WITH_TOTP = 8
const MOST = 1_000

/** Lower case; the list has about 30,000 passwords that leaked most often. */
const common: ReadonlySet<string> = new Set(dictionary['passwords-common'].map((password) => password.toLowerCase()))

/** As typed, in Unicode's normal form, so that the same password typed on another keyboard is the same. Never cut. */
export const passwordText = z
  .string()
  .max(MOST, { error: `A password has at most ${MOST} characters.` })
  .transform((password) => password.normalize('NFKC'))

/** Whom the password is for: what it must not consist of. */
interface Owner {
  readonly email: string
  readonly handle: string
  readonly displayName: string
}

const plain = (text: string): string => text.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '')

const isOwnersName = (password: string, { email, handle, displayName }: Owner): boolean => {
  const [mailbox = ''] = email.split('@')
  const stripped = plain(password).replaceAll(/\d+$/g, '')
  return [email, mailbox, handle, displayName].some((name) => {
    const own = plain(name)
    return own.length > 0 && (plain(password) === own || stripped === own || stripped === own + own)
  })
}

const isRepetition = (password: string): boolean => /^(.{1,4})\1+$/su.test(password)

/** Why a new password is refused; null when it is good. No rules about kinds of characters (NIST: they make worse passwords). */
export const faultOf = (password: string, owner: Owner, leastLength: number): string | null => {
  if ([...password].length < leastLength)
    return `Choose a password of at least ${leastLength} characters; a few words are easy to remember.`
  if (common.has(password.toLowerCase()) || isRepetition(password))
    return 'This password is among the first that attackers try. Choose another.'
  if (isOwnersName(password, owner)) return 'Your name or e-mail address is too easy to guess. Choose another password.'
  return null
}
