import type { PersonRow } from '../people/people-store.ts'

/** When somebody wants mails. */
export type MailHours = Pick<
  PersonRow,
  'timeZone' | 'homeTimeZone' | 'quietFromMinute' | 'quietUntilMinute' | 'digestMinute'
>

/** For those of whom nothing is known: UTC, no quiet hours, digests at 8. */
export const defaultHours: MailHours = {
  timeZone: null,
  homeTimeZone: null,
  quietFromMinute: null,
  quietUntilMinute: null,
  digestMinute: 480,
}

/** As chosen, else where the account says that its owner lives. */
export const zoneOf = ({ timeZone, homeTimeZone }: MailHours): string => timeZone ?? homeTimeZone ?? 'UTC'

const localTime = (instant: Date, hours: MailHours): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(zoneOf(hours))

/** The next time at or after `from` that the person's clock shows this minute of the day. */
const nextMinute = (from: Temporal.ZonedDateTime, minute: number): Date => {
  const time = { hour: Math.floor(minute / 60), minute: minute % 60, second: 0, millisecond: 0 }
  const today = from.with(time)
  const next = Temporal.ZonedDateTime.compare(today, from) < 0 ? from.add({ days: 1 }).with(time) : today
  return new Date(next.epochMilliseconds)
}

/** The first instant from `at` on that is not in the person's quiet hours. */
export const afterQuietHours = (at: Date, hours: MailHours): Date => {
  const { quietFromMinute: from, quietUntilMinute: until } = hours
  if (from === null || until === null || from === until) return at
  const local = localTime(at, hours)
  const minute = local.hour * 60 + local.minute
  const quiet = from < until ? minute >= from && minute < until : minute >= from || minute < until
  return quiet ? nextMinute(local, until) : at
}

/** When the person's next digest goes out. */
export const nextDigest = (at: Date, hours: MailHours): Date => nextMinute(localTime(at, hours), hours.digestMinute)
