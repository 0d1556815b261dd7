import { parse } from 'graphql'
import { expect, test } from 'vitest'
import { unstorableLiterals, unstorableVariables } from './storable.ts'

test('what PostgreSQL cannot keep is named by its path', () => {
  expect(unstorableVariables({ input: { tags: ['fine', 'é \u{1F600} \t'], n: 1, none: null } })).toBeNull()
  expect(unstorableVariables({ input: { tags: ['fine', 'a\u0000'] } })).toMatchObject({
    message: expect.stringMatching(/^input\.tags\.1 holds U\+0000/),
    extensions: { code: 'BAD_USER_INPUT' },
  })
  expect(unstorableVariables({ name: 'a\ud800b' })?.message).toMatch(/^name holds/)
  expect(unstorableVariables({ _literal_0: 'a\u0000' })?.message).toMatch(/^A text in the operation holds/)
})

test('input without end is refused, not walked', () => {
  let deep: unknown = 'x'
  for (let level = 0; level < 100_000; level += 1) deep = [deep]
  expect(unstorableVariables({ deep })?.message).toContain('nested too deeply')
})

test('texts in the operation are read too', () => {
  expect(unstorableLiterals(parse('{ gig(slug: "fine") { id } }'))).toBeNull()
  expect(unstorableLiterals(parse('{ gig(slug: "a\\u0000") { id } }'))).toMatchObject({
    extensions: { code: 'BAD_USER_INPUT' },
  })
})
