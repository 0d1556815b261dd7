import { expect, test } from 'vitest'
import { canBecome, nextStatuses, type TicketStatus } from './ticket.ts'

const all: TicketStatus[] = ['OPEN', 'PENDING', 'RESOLVED', 'CLOSED']
const allowed = new Set([
  'OPEN PENDING',
  'OPEN RESOLVED',
  'OPEN CLOSED',
  'PENDING OPEN',
  'PENDING RESOLVED',
  'PENDING CLOSED',
  'RESOLVED OPEN',
  'RESOLVED CLOSED',
])

test.each(all.flatMap((from) => all.map((to) => [from, to] as const)))('%s to %s', (from, to) => {
  expect(canBecome(from, to)).toBe(allowed.has(`${from} ${to}`))
  expect(nextStatuses(from).includes(to)).toBe(allowed.has(`${from} ${to}`))
})
