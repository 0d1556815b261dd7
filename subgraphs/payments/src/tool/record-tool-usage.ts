import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { refuseOverdraft } from '../ledger/refuse-overdraft.ts'
import { chargeUsage } from './charge-usage.ts'
import { usageOfGrant } from './grant.ts'
import type { ToolUsageRow } from './tables.ts'
import { findUsage, pointsLeftForUpdate } from './tool-usage-store.ts'
import { type UsageReference, usageReference } from './use-tool.ts'

const MOST_UNITS = 10_000

const input = z.object({
  accessToken: z.string().max(4_000),
  units: z.int().min(1, { error: 'At least one unit.' }).max(MOST_UNITS, { error: 'At most 10,000 units at once.' }),
  idempotencyKey,
})

/**
 * A creator's API records more use against a client's grant, at the price of when it was given. The client's points are
 * charged, all together no more than the client allowed with the grant; too few: nothing happens, and the API should stop.
 */
export const recordToolUsage = async (ctx: Context, raw: unknown): Promise<Result<ToolUsageRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'usage:write')
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { accessToken, units, idempotencyKey: key } = parsed.value
  const grantId = await usageOfGrant(ctx, accessToken)
  const invalid = { field: ['input', 'accessToken'] }
  if (!grantId) return fail('INVALID_CODE', 'The access token is not valid, or has expired.', invalid)
  const grant = await findUsage(ctx.db, grantId)
  if (grant.creatorId !== viewer.id) return fail('NOT_ALLOWED', 'The access token is of another tool.', invalid)
  if (grant.refundedAt) return fail('INVALID_STATE', 'This use was refunded.', { allowed: [] })
  return idempotent<UsageReference, ToolUsageRow>(ctx, {
    ...{ ownerId: viewer.id, operation: 'recordToolUsage', key, input: { grantId, units }, reference: usageReference },
    run: ({ finish }) =>
      refuseOverdraft('The client has too few points.', () =>
        transaction(ctx.db, async (tx) => {
          const leftPoints = await pointsLeftForUpdate(tx, grantId)
          if (units * grant.pointsPerUnit > leftPoints)
            return fail('LIMIT_EXCEEDED', `The client allows ${leftPoints} more points for this use.`, {
              field: ['input', 'units'],
            })
          const { toolId, title, endpoint, userId, creatorId, pointsPerUnit, grantExpiresAt } = grant
          const usage = await chargeUsage(ctx, tx, {
            ...{ id: ctx.makeId(), toolId, title, endpoint, userId, creatorId, pointsPerUnit, grantExpiresAt },
            ...{ units, grantedBy: grantId, maxPoints: null, inputHash: null },
          })
          await finish(tx, { usageId: usage.id })
          return ok(usage)
        }),
      ),
    replay: async ({ usageId }) => ok(await findUsage(ctx.db, usageId)),
  })
}
