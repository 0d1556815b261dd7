import type { PayoutAccountRow } from './tables.ts'

const HOUR = 8

/** When the next payout by itself is due: Mondays, or the first of a month, at 8:00 UTC. Null: never. */
export const nextPayout = (schedule: PayoutAccountRow['schedule'], now: Date): Date | null => {
  if (schedule === 'MANUAL') return null
  const [year, month, day] = [now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()]
  if (schedule === 'MONTHLY') {
    const thisMonth = new Date(Date.UTC(year, month, 1, HOUR))
    return thisMonth > now ? thisMonth : new Date(Date.UTC(year, month + 1, 1, HOUR))
  }
  const untilMonday = (8 - now.getUTCDay()) % 7
  const monday = new Date(Date.UTC(year, month, day + untilMonday, HOUR))
  return monday > now ? monday : new Date(Date.UTC(year, month, day + untilMonday + 7, HOUR))
}
