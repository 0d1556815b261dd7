import { expect, test } from 'vitest'
import { afterQuietHours, defaultHours, type MailHours, nextDigest } from './mail-time.ts'

const berlin: MailHours = {
  ...defaultHours,
  timeZone: 'Europe/Berlin',
  quietFromMinute: 22 * 60,
  quietUntilMinute: 7 * 60,
}
const quiet = (at: string, hours = berlin) => afterQuietHours(new Date(at), hours).toISOString()

test('quiet hours go by the reader’s clock and may span midnight', () => {
  expect(quiet('2026-01-10T20:59:59.000Z')).toBe('2026-01-10T20:59:59.000Z')
  expect(quiet('2026-01-10T21:00:00.000Z')).toBe('2026-01-11T06:00:00.000Z')
  expect(quiet('2026-01-11T03:00:00.000Z')).toBe('2026-01-11T06:00:00.000Z')
  expect(quiet('2026-01-11T06:00:00.000Z')).toBe('2026-01-11T06:00:00.000Z')
  // Summer time began at 01:00 UTC: seven in the morning is an hour earlier.
  expect(quiet('2026-03-28T22:00:00.000Z')).toBe('2026-03-29T05:00:00.000Z')
})

test('within one day, equal ends and none at all', () => {
  const noon = { ...defaultHours, quietFromMinute: 12 * 60, quietUntilMinute: 13 * 60 }
  expect(quiet('2026-01-10T12:30:00.000Z', noon)).toBe('2026-01-10T13:00:00.000Z')
  expect(quiet('2026-01-10T13:00:00.000Z', noon)).toBe('2026-01-10T13:00:00.000Z')
  expect(quiet('2026-01-10T12:30:00.000Z', { ...noon, quietUntilMinute: 12 * 60 })).toBe('2026-01-10T12:30:00.000Z')
  expect(quiet('2026-01-10T12:30:00.000Z', { ...noon, quietFromMinute: null })).toBe('2026-01-10T12:30:00.000Z')
})

test('a digest goes out at the next eight o’clock of the reader', () => {
  expect(nextDigest(new Date('2026-01-10T06:59:00Z'), berlin).toISOString()).toBe('2026-01-10T07:00:00.000Z')
  expect(nextDigest(new Date('2026-01-10T07:00:00Z'), berlin).toISOString()).toBe('2026-01-10T07:00:00.000Z')
  expect(nextDigest(new Date('2026-01-10T07:00:00.001Z'), berlin).toISOString()).toBe('2026-01-11T07:00:00.000Z')
})
