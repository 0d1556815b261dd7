import { z } from 'zod'

/** Parts of several mutations' inputs. */

export const orderId = z.uuid({ error: 'This is not the id of an order.' })
export const milestoneId = z.uuid({ error: 'This is not the id of a milestone.' })

/** What one writes to the other: trimmed, not empty. */
export const message = (maximum: number) =>
  z
    .string()
    .trim()
    .min(1, { error: 'Write something.' })
    .max(maximum, { error: `At most ${maximum.toLocaleString('en-US')} characters.` })
