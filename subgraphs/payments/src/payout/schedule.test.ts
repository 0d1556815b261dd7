import { describe, expect, it } from 'vitest'
import { nextPayout } from './schedule.ts'

const next = (schedule: 'MANUAL' | 'WEEKLY' | 'MONTHLY', now: string) =>
  nextPayout(schedule, new Date(now))?.toISOString()

describe('nextPayout', () => {
  it.each([
    ['WEEKLY', '2026-11-21T00:00:00Z', '2026-11-23T08:00:00.000Z'],
    ['WEEKLY', '2026-11-23T07:59:59Z', '2026-11-23T08:00:00.000Z'],
    ['WEEKLY', '2026-11-23T08:00:00Z', '2026-11-30T08:00:00.000Z'],
    ['WEEKLY', '2026-11-22T12:00:00Z', '2026-11-23T08:00:00.000Z'],
    ['MONTHLY', '2026-11-21T00:00:00Z', '2026-12-01T08:00:00.000Z'],
    ['MONTHLY', '2026-12-01T08:00:00Z', '2027-01-01T08:00:00.000Z'],
    ['MONTHLY', '2026-12-01T07:00:00Z', '2026-12-01T08:00:00.000Z'],
  ] as const)('%s from %s is %s', (schedule, now, expected) => {
    expect(next(schedule, now)).toBe(expected)
  })

  it('never comes when the seller asks by hand', () => {
    expect(next('MANUAL', '2026-11-21T00:00:00Z')).toBeUndefined()
  })
})
