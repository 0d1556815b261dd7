import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { type PersonRow, savePerson } from '../people/people-store.ts'
import { findHomeTimeZone, isTimeZone } from '../people/time-zone.ts'
import { defaultHours, type MailHours, zoneOf } from './mail-time.ts'

const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, { error: 'Write the time as 22:00.' })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))

const updateSettingsInput = z.object({
  timeZone: z.string().max(100).refine(isTimeZone, { error: 'Name a time zone such as Europe/Berlin.' }).nullish(),
  quietFrom: time.nullish(),
  quietUntil: time.nullish(),
  digestAt: time.nullish(),
})

/** Chooses when mails come; what is absent stays, quiet hours that are null end. */
export const updateNotificationSettings = async (ctx: Context, input: unknown): Promise<Result<PersonRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(updateSettingsInput, input)
  if (!parsed.ok) return parsed
  const { timeZone, quietFrom, quietUntil, digestAt } = parsed.value
  if ((quietFrom == null) !== (quietUntil == null))
    return fail('VALIDATION', 'Quiet hours need a begin and an end.', {
      field: ['input', quietFrom == null ? 'quietFrom' : 'quietUntil'],
    })
  // Who has not said where they are lives where identity thinks.
  const zone = timeZone ?? (await findHomeTimeZone(ctx, viewer.id))

  return transaction(ctx.db, async (tx) => {
    const changes = {
      ...(quietFrom !== undefined && { quietFromMinute: quietFrom }),
      ...(quietUntil !== undefined && { quietUntilMinute: quietUntil }),
      ...(digestAt != null && { digestMinute: digestAt }),
    }
    const saved = await savePerson(tx, viewer.id, timeZone ? { ...changes, timeZone } : changes)
    // Chosen once, it stays whatever identity thinks later.
    return ok(saved.timeZone ? saved : await savePerson(tx, viewer.id, { timeZone: zone ?? 'UTC' }))
  })
}

const clockTime = (minute: number): string =>
  `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`

/** Somebody's mail hours as the graph shows them. */
export const settingsOf = (hours: MailHours = defaultHours) => ({
  timeZone: zoneOf(hours),
  quietFrom: hours.quietFromMinute === null ? null : clockTime(hours.quietFromMinute),
  quietUntil: hours.quietUntilMinute === null ? null : clockTime(hours.quietUntilMinute),
  digestAt: clockTime(hours.digestMinute),
})
