import { parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { changeOrder } from './change-order.ts'
import { orderId } from './input.ts'
import type { Order } from './order.ts'
import { faultsOf } from './requirements.ts'

const input = z.object({
  orderId,
  answers: z
    .array(
      z.object({
        requirementId: z.string(),
        answer: z
          .string()
          .trim()
          .min(1, { error: 'Write an answer.' })
          .max(5_000, { error: 'At most 5,000 characters.' }),
      }),
    )
    .max(50),
})

/** The buyer answers the seller's questions: work begins. */
export const submitRequirements = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { answers } = parsed.value
  return changeOrder(ctx, {
    orderId: parsed.value.orderId,
    event: 'SUBMIT_REQUIREMENTS',
    details: { answers: Object.fromEntries(answers.map(({ requirementId, answer }) => [requirementId, answer])) },
    check: ({ terms }) => {
      const errors = faultsOf(terms.requirements, answers)
      return errors.length > 0 ? { ok: false, errors } : null
    },
  })
}
