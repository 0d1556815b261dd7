import { parseInput, type Result } from '@gigraph/shared/errors'
import { uploadIds } from '@gigraph/shared/uploads'
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
          .max(5_000, { error: 'At most 5,000 characters.' })
          .nullish()
          .transform((answer) => answer ?? ''),
        uploadIds: uploadIds(10)
          .nullish()
          .transform((ids) => ids ?? []),
      }),
    )
    .max(50, { error: 'At most 50 answers.' }),
})

/** The buyer answers the seller's questions: work begins. */
export const submitRequirements = async (ctx: Context, raw: unknown): Promise<Result<Order>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { answers } = parsed.value
  return changeOrder(ctx, {
    orderId: parsed.value.orderId,
    event: 'SUBMIT_REQUIREMENTS',
    details: {
      answers: Object.fromEntries(answers.map(({ requirementId, answer }) => [requirementId, answer])),
      answerUploads: Object.fromEntries(answers.map((given) => [given.requirementId, given.uploadIds])),
    },
    check: ({ terms }) => {
      const errors = faultsOf(terms.requirements, answers)
      return errors.length > 0 ? { ok: false, errors } : null
    },
    files: answers.map((given, index) => ({
      uploadIds: given.uploadIds,
      purpose: 'REQUIREMENT_FILE',
      field: ['input', 'answers', String(index), 'uploadIds'],
    })),
  })
}
