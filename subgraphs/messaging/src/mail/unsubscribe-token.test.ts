import { expect, test } from 'vitest'
import { makeUnsubscribeToken, readUnsubscribeToken } from './unsubscribe-token.ts'

const SECRET = 'a secret of the messaging service'
const unsubscription = { userId: '018f2f6e-5b1a-7c3e-9a4d-0123456789ab', category: 'MARKETING' } as const
/** Stands in mails that people keep: it must work for ever. */
const SENT =
  'MDE4ZjJmNmUtNWIxYS03YzNlLTlhNGQtMDEyMzQ1Njc4OWFiLk1BUktFVElORw.r7L1mQiyY8guTJMN1bwvU0H0ra62Mk9_r_w8myoP0qI'

test('links of mails that were sent long ago still unsubscribe; what is altered does not', () => {
  expect(makeUnsubscribeToken(SECRET, unsubscription)).toBe(SENT)
  expect(readUnsubscribeToken(SECRET, SENT)).toEqual(unsubscription)
  for (const altered of ['', SENT.slice(0, -1), `A${SENT.slice(1)}`, SENT.split('.')[0] ?? ''])
    expect(readUnsubscribeToken(SECRET, altered)).toBeNull()
  expect(readUnsubscribeToken('another secret', SENT)).toBeNull()
})
