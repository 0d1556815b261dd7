import { requireViewer } from '@gigraph/shared/auth'
import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { saveBillingDetails } from './billing-store.ts'
import type { BillingDetailsRow } from './tables.ts'

const line = (most: number, error: string) =>
  z
    .string()
    .trim()
    .min(1, { error })
    .max(most, { error: `At most ${most} characters.` })

const regions = new Intl.DisplayNames('en', { type: 'region', fallback: 'none' })
const isCountry = (code: string): boolean => /^[A-Z]{2}$/.test(code) && regions.of(code) !== undefined

const input = z.object({
  name: line(200, 'Write a name.'),
  addressLines: z
    .array(line(100, 'Leave empty lines out.'))
    .min(1, { error: 'Write at least one line.' })
    .max(5, { error: 'At most five lines.' }),
  country: z.string().refine(isCountry, { error: 'Write the country as two capital letters, such as DE.' }),
  taxId: z
    .string()
    .trim()
    .regex(/^[\dA-Z][\dA-Z ./-]{3,29}$/i, { error: 'Write the number with letters and digits, such as DE123456789.' })
    .nullish(),
})

/** Says who the viewer is on invoices: a company's name, an address, a number for taxes. */
export const setBillingDetails = async (ctx: Context, raw: unknown): Promise<Result<BillingDetailsRow>> => {
  const { id: userId } = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { taxId = null, ...details } = parsed.value
  return ok(await saveBillingDetails(ctx.db, { userId, ...details, taxId, updatedAt: ctx.clock.now() }))
}
