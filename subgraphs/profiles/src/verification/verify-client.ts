import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import { z } from 'zod'
import type { ClientProfile } from '../client/client.ts'
import { findOptionalForUpdate, save } from '../client/client-store.ts'
import type { Context } from '../context.ts'
import { clientRejected, clientVerified } from '../events.ts'

const decision = z
  .object({
    userId: z.string(),
    decision: z.enum(['VERIFIED', 'REJECTED']),
    reason: z.string().trim().max(1_000, { error: 'A reason has at most 1,000 characters.' }).nullish(),
  })
  .refine((value) => value.decision === 'VERIFIED' || (value.reason ?? '').length >= 10, {
    error: 'Give the client a reason of at least 10 characters.',
    path: ['reason'],
  })

/** Decides about a client who waits, and tells. Needs the scope profiles:verify. */
export const verifyClient = async (ctx: Context, raw: unknown): Promise<Result<ClientProfile>> => {
  requireScope(requireViewer(ctx), 'profiles:verify')
  const parsed = parseInput(decision, raw)
  if (!parsed.ok) return parsed
  const { userId, decision: verification, reason } = parsed.value
  return transaction(ctx.db, async (tx) => {
    const profile = isId(userId) ? await findOptionalForUpdate(tx, userId) : undefined
    if (!profile) throw notFound('Client profile')
    if (profile.verification !== 'PENDING')
      return fail('INVALID_STATE', 'This client does not wait for a decision.', { allowed: [] })
    const why = verification === 'REJECTED' ? (reason ?? '') : null
    const now = ctx.clock.now()
    const saved = await save(tx, userId, { verification, verificationReason: why, verificationDecidedAt: now })
    if (why === null) await ctx.publish(tx, clientVerified, { userId })
    else await ctx.publish(tx, clientRejected, { userId, reason: why })
    const [before, after] = [{ verification: profile.verification }, { verification }]
    await noteAct(ctx, tx, { action: `CLIENT_${verification}`, subjectId: userId, reason: why, before, after })
    return ok(saved)
  })
}
