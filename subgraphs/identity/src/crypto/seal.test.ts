import { expect, test } from 'vitest'
import { seal, unseal } from './seal.ts'
import { hashToken, keyedHash, mintCode, mintToken } from './secrets.ts'

test('what is sealed opens with the same secret and purpose only, unaltered, and looks different each time', () => {
  const sealed = seal('one secret', 'key', 'the text')
  expect(unseal('one secret', 'key', sealed)).toBe('the text')
  expect(seal('one secret', 'key', 'the text')).not.toBe(sealed)
  expect(() => unseal('other secret', 'key', sealed)).toThrow()
  expect(() => unseal('one secret', 'other', sealed)).toThrow()
  const bytes = Buffer.from(sealed, 'base64url')
  for (let index = 0; index < bytes.length; index += 1) {
    const altered = Buffer.from(bytes)
    altered[index] = (altered[index] ?? 0) ^ 1
    expect(() => unseal('one secret', 'key', altered.toString('base64url'))).toThrow()
  }
})

test('codes have six digits, zeros in front included, and all digits come up', () => {
  const codes = Array.from({ length: 5_000 }, mintCode)
  expect(codes.every((code) => /^\d{6}$/.test(code))).toBe(true)
  expect(codes.some((code) => code.startsWith('0'))).toBe(true)
  for (let place = 0; place < 6; place += 1) expect(new Set(codes.map((code) => code[place])).size).toBe(10)
})

test('tokens have 256 bits and differ', () => {
  const tokens = Array.from({ length: 1_000 }, mintToken)
  expect(new Set(tokens).size).toBe(1_000)
  expect(tokens.every((token) => Buffer.from(token, 'base64url').length === 32)).toBe(true)
  expect(hashToken('a')).not.toBe(hashToken('b'))
})

test('keyed hashes depend on key, purpose and where one part ends', () => {
  const hash = keyedHash('key', 'code', 'ab', 'c')
  for (const other of [
    keyedHash('other', 'code', 'ab', 'c'),
    keyedHash('key', 'other', 'ab', 'c'),
    keyedHash('key', 'code', 'a', 'bc'),
  ])
    expect(other).not.toBe(hash)
  expect(keyedHash('key', 'code', 'ab', 'c')).toBe(hash)
})
