import { expect, test } from 'vitest'
import { deviceOf, expiryOf, isAlive } from './session.ts'

const day = (count: number) => new Date(Date.UTC(2026, 0, 1 + count))

test.each([
  ['Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0', 'Firefox on Windows'],
  [
    'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15',
    'Safari on macOS',
  ],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'Safari on iPhone',
  ],
  [
    'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36',
    'Chrome on Linux',
  ],
  [
    'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0',
    'Edge on Windows',
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36',
    'Chrome on Android',
  ],
  ['curl/8.9.1', 'curl'],
  ['', 'Unknown device'],
])('%s is shown as %s', (userAgent, device) => {
  expect(deviceOf(userAgent)).toBe(device)
})

test('a session lives 30 days from its last use, 90 from the login at most', () => {
  expect(expiryOf({ createdAt: day(0) }, day(0))).toEqual(day(30))
  expect(expiryOf({ createdAt: day(0) }, day(60))).toEqual(day(90))
  expect(expiryOf({ createdAt: day(0) }, day(89))).toEqual(day(90))
})

test('a session is over at its end, not before, and once it was ended', () => {
  const session = { endedAt: null, expiresAt: day(30) }
  expect(isAlive(session, new Date(day(30).getTime() - 1))).toBe(true)
  expect(isAlive(session, day(30))).toBe(false)
  expect(isAlive({ ...session, endedAt: day(1) }, day(2))).toBe(false)
})
