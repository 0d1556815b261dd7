import { createHash } from 'node:crypto'
import { toolTerms } from '@gigraph/marketplace/internal'
import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { idempotencyKey, idempotent } from '@gigraph/shared/idempotency'
import { after } from '@gigraph/shared/time'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { POINTS, points } from '../ledger/account.ts'
import { heldNow } from '../ledger/ledger-store.ts'
import { refuseOverdraft } from '../ledger/refuse-overdraft.ts'
import { chargeUsage } from './charge-usage.ts'
import { GRANT_LIFETIME } from './grant.ts'
import type { ToolUsageRow } from './tables.ts'
import { findUsage } from './tool-usage-store.ts'

/** Inputs are for the tool's API, which may be sent more than this service wants to read. */
const LONGEST_INPUT = 20_000

const input = z.object({
  toolId: z.uuid(),
  input: z.string().max(LONGEST_INPUT, { error: 'At most 20,000 characters.' }).nullish(),
  maxPoints: z.int().min(1, { error: 'Allow at least one point.' }).nullish(),
  idempotencyKey,
})
export const usageReference = z.object({ usageId: z.uuid() })
export type UsageReference = z.output<typeof usageReference>

/**
 * Charges a client's points for one use of a tool, at the price that marketplace names. Too few points, or a price above what the
 * client allows: nothing happens.
 */
export const useTool = async (ctx: Context, raw: unknown): Promise<Result<ToolUsageRow>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { toolId, input: work, maxPoints = null, idempotencyKey: key } = parsed.value
  const inputHash = typeof work === 'string' ? createHash('sha256').update(work).digest('base64url') : null
  return idempotent<UsageReference, ToolUsageRow>(ctx, {
    ...{ ownerId: viewer.id, operation: 'useTool', key, input: { toolId, inputHash, maxPoints } },
    reference: usageReference,
    run: async ({ finish }) => {
      const terms = await ctx.call(toolTerms, { toolId })
      if (!terms.available) return fail('NOT_AVAILABLE', terms.reason)
      if (terms.creatorId === viewer.id) return fail('NOT_ALLOWED', 'This is your own tool.')
      const { creatorId, title, endpoint, pointsPerUse } = terms
      if (maxPoints !== null && pointsPerUse > maxPoints)
        return fail('LIMIT_EXCEEDED', `A use costs ${pointsPerUse} points, more than you allow.`, {
          field: ['input', 'maxPoints'],
        })
      const tooFew = `You need ${pointsPerUse} points; buy some first.`
      // Who has too little now need not wait for those who are being charged; the ledger decides about the others.
      if ((await heldNow(ctx, points(viewer.id), POINTS)) < pointsPerUse) return fail('INSUFFICIENT_FUNDS', tooFew)
      return refuseOverdraft(tooFew, () =>
        transaction(ctx.db, async (tx) => {
          const usage = await chargeUsage(ctx, tx, {
            ...{ id: ctx.makeId(), toolId, title, endpoint, userId: viewer.id, creatorId },
            ...{ pointsPerUnit: pointsPerUse, units: 1, grantedBy: null, maxPoints, inputHash },
            grantExpiresAt: after(ctx.clock.now(), GRANT_LIFETIME),
          })
          await finish(tx, { usageId: usage.id })
          return ok(usage)
        }),
      )
    },
    replay: async ({ usageId }) => ok(await findUsage(ctx.db, usageId)),
  })
}
