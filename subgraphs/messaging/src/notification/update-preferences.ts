import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { savePerson } from '../people/people-store.ts'
import { findHomeTimeZone } from '../people/time-zone.ts'
import type { PreferenceRow } from './notification.ts'
import { savePreference } from './notification-store.ts'
import { categories } from './tables.ts'

const updatePreferencesInput = z
  .object({
    category: z.enum(categories),
    channel: z.enum(['EMAIL', 'IN_APP']),
    mode: z.enum(['INSTANT', 'DIGEST', 'OFF']),
  })
  .refine(({ channel, mode }) => channel === 'EMAIL' || mode !== 'DIGEST', {
    error: 'A digest is a mail; in the product things arrive at once or not at all.',
    path: ['mode'],
  })

/** Chooses how a category arrives by a channel. */
export const updateNotificationPreferences = async (
  ctx: Context,
  input: unknown,
): Promise<Result<Omit<PreferenceRow, 'userId' | 'updatedAt'>>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(updatePreferencesInput, input)
  if (!parsed.ok) return parsed
  const preference = parsed.value
  if (preference.category === 'SECURITY' && preference.mode !== 'INSTANT')
    return fail('NOT_ALLOWED', 'What concerns the safety of your account always arrives at once.', {
      field: ['input', 'mode'],
    })
  // A digest comes by the reader's clock.
  const homeTimeZone = preference.mode === 'DIGEST' ? await findHomeTimeZone(ctx, viewer.id) : null
  await transaction(ctx.db, async (tx) => {
    if (homeTimeZone) await savePerson(tx, viewer.id, { homeTimeZone })
    await savePreference(tx, { ...preference, userId: viewer.id, updatedAt: ctx.clock.now() })
  })
  return ok(preference)
}
