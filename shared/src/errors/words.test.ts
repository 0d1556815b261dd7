import { expect, test } from 'vitest'
import { z } from 'zod'
import { parseInput } from './result.ts'

const said = (schema: z.ZodType, input: unknown) => {
  const parsed = parseInput(schema, input)
  return parsed.ok ? null : parsed.errors[0]?.message
}

test.each([
  [z.string().min(1), '', 'This is empty.'],
  [z.string().min(5), 'x', 'Give at least 5 characters.'],
  [z.string().max(2_000), 'x'.repeat(2_001), 'Give at most 2,000 characters.'],
  [z.int().min(-30), -31, 'The least is -30.'],
  [z.int().max(365), 366, 'The most is 365.'],
  [z.array(z.int()).max(1), [1, 2], 'Give at most 1.'],
  [z.array(z.int()).min(1), [], 'Give at least 1.'],
  [z.url(), 'x', 'Give a whole web address, such as https://example.com/page.'],
  [z.uuid(), 'x', 'This is no id that was given out here.'],
  [z.string().regex(/a/), 'x', 'This is not written as it must be.'],
  [z.enum(['A', 'B']), 'C', 'Give one of A, B.'],
  [z.string(), 5, 'This is missing, or of another kind than expected.'],
  [z.string().max(1, { error: 'One letter.' }), 'xx', 'One letter.'],
])('what is wrong is said to people, with what to do (%#)', (schema, input, message) => {
  expect(said(schema, input)).toBe(message)
})
