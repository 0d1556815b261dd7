import { dictionary } from '@zxcvbn-ts/language-common'
import { expect, test } from 'vitest'
import { faultOf, LEAST_ALONE, LEAST_WITH_TOTP, passwordText } from './password.ts'

const owner = { email: 'margaret.atwood@example.com', handle: 'matwood', displayName: 'Margaret Eleanor Atwood' }

test.each([
  ['fourteen chars', LEAST_ALONE, 'at least 15'],
  ['seven77', LEAST_WITH_TOTP, 'at least 8'],
  // Seven animals are seven characters, however many UTF-16 units they take.
  ['🦦🦦🦫🦡🦊🐻🐼', LEAST_WITH_TOTP, 'at least 8'],
  ['passwordpassword', LEAST_ALONE, 'first that attackers try'],
  ['Password1', LEAST_WITH_TOTP, 'first that attackers try'],
  ['aaaaaaaaaaaaaaaaaaaa', LEAST_ALONE, 'first that attackers try'],
  ['abcabcabcabcabcabc', LEAST_ALONE, 'first that attackers try'],
  ['margaret.atwood@example.com', LEAST_ALONE, 'name or e-mail'],
  ['Margaret Atwood 1939', LEAST_ALONE, 'name or e-mail'],
  ['MargaretEleanorAtwood', LEAST_ALONE, 'name or e-mail'],
  ['matwoodmatwood1', LEAST_ALONE, 'name or e-mail'],
])('%s is refused', (password, least, reason) => {
  expect(faultOf(password, owner, least)).toContain(reason)
})

test('the 10,000 most common passwords are refused, in any case, whatever length would be enough', () => {
  const common = dictionary['passwords-common'].slice(0, 10_000)
  expect(common).toHaveLength(10_000)
  for (const password of common)
    for (const typed of [password, password.toUpperCase()])
      expect(faultOf(typed, owner, 1), typed).toContain('first that attackers try')
})

test.each([
  ['fifteen charact', LEAST_ALONE],
  ['eightish', LEAST_WITH_TOTP],
  ['alllowercasewithoutanydigits', LEAST_ALONE],
  ['                              x', LEAST_ALONE],
  ['пятнадцать букв', LEAST_ALONE],
  ['a friend of margaret atwood', LEAST_ALONE],
  [`${'long '.repeat(199)}end`, LEAST_ALONE],
])('%s is good: any characters, no rules about kinds of them', (password, least) => {
  expect(faultOf(password, owner, least)).toBeNull()
})

test('the same text of another keyboard is the same password, and nothing is cut', () => {
  expect(passwordText.parse('cafe\u0301')).toBe(passwordText.parse('café'))
  expect(passwordText.parse('x'.repeat(1_000))).toHaveLength(1_000)
  expect(passwordText.safeParse('x'.repeat(1_001)).success).toBe(false)
})
