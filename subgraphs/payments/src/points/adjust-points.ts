import { usersByIds } from '@gigraph/identity/internal'
import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { type Failure, fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { negate } from '@gigraph/shared/money'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { pointsCredited, pointsDebited } from '../events.ts'
import { POINTS, pointsIssued, pointsLiability, points as pointsOf, promotions } from '../ledger/account.ts'
import { Overdraft, post } from '../ledger/post.ts'

const LIMIT = 1_000_000

const input = z.object({
  userId: z.uuid(),
  delta: z
    .int()
    .min(-LIMIT)
    .max(LIMIT, { error: `At most ${LIMIT.toLocaleString('en-US')} points at once.` })
    .refine((delta) => delta !== 0, { error: 'Give or take at least one point.' }),
  reason: z.string().trim().min(1, { error: 'Say why.' }).max(200, { error: 'At most 200 characters.' }),
  idempotencyKey,
})
const reference = z.object({ userId: z.uuid() })

/** Why the points of this user are not the viewer's to change; null when they are. @throws {ApplicationError} NOT_FOUND */
const faultOf = async (ctx: Context, userId: string): Promise<Failure | null> => {
  if (requireViewer(ctx).id === userId)
    return fail('NOT_ALLOWED', 'Somebody else has to change your own points.', { field: ['input', 'userId'] })
  const { users } = await ctx.call(usersByIds, { ids: [userId] })
  if (users.every(({ status }) => status === 'DELETED')) throw notFound('User')
  return null
}

/** Gives points to another user, or takes some. What is given is the platform's expense. Answers the user's id. */
export const adjustPoints = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'points:write')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { idempotencyKey: key, ...wish } = parsed.value
  const { userId, delta, reason } = wish
  const moved = { amountMinor: delta, currency: POINTS }
  const worth = { amountMinor: delta * ctx.config.POINT_VALUE_CENTS, currency: 'USD' }
  return idempotent<z.output<typeof reference>, string>(ctx, {
    ...{ ownerId: viewer.id, operation: 'adjustPoints', key, input: wish, reference },
    run: async ({ workId, finish }) => {
      const fault = await faultOf(ctx, userId)
      if (fault) return fault
      try {
        await transaction(ctx.db, async (tx) => {
          await post(ctx, tx, {
            kind: 'POINTS_ADJUSTED',
            cause: `adjustment:${workId}:${viewer.id}`,
            entries: [
              { account: pointsIssued, amount: negate(moved) },
              { account: pointsOf(userId), amount: moved },
              { account: promotions, amount: negate(worth) },
              { account: pointsLiability, amount: worth },
            ],
            lines: [{ userId, kind: 'POINTS_ADJUSTED', amount: moved, description: reason }],
          })
          await ctx.publish(tx, delta > 0 ? pointsCredited : pointsDebited, { userId, points: Math.abs(delta), reason })
          await noteAct(ctx, tx, { action: 'POINTS_ADJUSTED', subjectId: userId, reason, after: { delta } })
          await finish(tx, { userId })
        })
        return ok(userId)
      } catch (error) {
        if (!(error instanceof Overdraft)) throw error
        return fail('INSUFFICIENT_FUNDS', 'The user has fewer points.', { field: ['input', 'delta'] })
      }
    },
    replay: async () => ok(userId),
  })
}
