import { expect, test } from 'vitest'
import { findContactDetails } from './contact-details.ts'

test.each([
  ['write to bob@example.com', ['EMAIL']],
  ['bob (at) example (dot) com', ['EMAIL']],
  ['call +49 170 1234567 today', ['PHONE']],
  ['my number: (212) 555-0187', ['PHONE']],
  ['WhatsApp me: bob', ['MESSENGER']],
  ['t.me/bob', ['MESSENGER']],
  ['my telegram is @bob', ['MESSENGER']],
  ['see https://example.com/work', ['LINK']],
])('“%s” holds %j', (text, expected) => {
  expect(findContactDetails(text)).toEqual(expect.arrayContaining(expected))
})

test.each([
  'I can do it for $1,250.00 within 14 days.',
  'Order 0192f3a4-7c1e-7b2a-9f00-1234567890ab',
  'Our app talks to Telegram and Discord users.',
  'See https://gigraph.example/gigs/1 or www.gigraph.example/x',
  'The budget is 120000 to 150000.',
  'Version 1.2.3 came on 2026-11-21 at 10:30.',
])('“%s” holds none', (text) => {
  expect(findContactDetails(text)).toEqual([])
})
