import { expect, test } from 'vitest'
import { isSameText, isSignatureOf, signatureOf } from './signature.ts'

test('signatures are HMAC-SHA-256, as in case 2 of RFC 4231, and only the whole one counts', () => {
  const signing = { key: 'Jefe', text: 'what do ya want for nothing?', encoding: 'hex' } as const
  const signature = signatureOf(signing)
  expect(signature).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  expect(signatureOf({ key: 'Jefe', text: signing.text })).toBe(Buffer.from(signature, 'hex').toString('base64url'))
  expect(isSignatureOf(signing, signature)).toBe(true)
  for (const other of ['', signature.slice(1), `${signature}0`, signature.toUpperCase(), `0${signature.slice(1)}`])
    expect(isSignatureOf(signing, other)).toBe(false)
  expect(isSameText('ä', 'a')).toBe(false)
})
