import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import { changeClient } from '../client/change-client.ts'
import type { ClientProfile } from '../client/client.ts'
import { findOptionalForUpdate, save } from '../client/client-store.ts'
import type { Context } from '../context.ts'
import { clientRejected, clientVerified } from '../events.ts'
import { clientProfiles } from '../tables.ts'

const request = z.object({
  note: z
    .string()
    .trim()
    .min(20, { error: 'Say in at least 20 characters how staff can see who you are.' })
    .max(2_000, { error: 'Say it in at most 2,000 characters.' }),
})

/** Puts the viewer's own client profile into the queue of staff. */
export const submitClientVerification = async (ctx: Context, raw: unknown): Promise<Result<ClientProfile>> => {
  requireViewer(ctx)
  const parsed = parseInput(request, raw)
  if (!parsed.ok) return parsed
  return changeClient(ctx, (profile) => {
    if (!profile.completedAt) return fail('NOT_ALLOWED', 'Fill in your client profile first.')
    if (profile.verification === 'PENDING' || profile.verification === 'VERIFIED')
      return fail('INVALID_STATE', `You are ${profile.verification.toLowerCase()} already.`, { allowed: [] })
    return ok({
      verification: 'PENDING',
      verificationNote: parsed.value.note,
      verificationReason: null,
      verificationRequestedAt: ctx.clock.now(),
    })
  })
}

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
    return ok(saved)
  })
}

/** Clients who wait to be checked, the longest first. Needs the scope profiles:verify. */
export const verificationQueue = async (
  ctx: Context,
  args: ConnectionArguments,
): Promise<Connection<ClientProfile>> => {
  requireScope(requireViewer(ctx), 'profiles:verify')
  return paginate(
    args,
    [
      {
        column: clientProfiles.verificationRequestedAt,
        direction: 'asc',
        of: (profile: ClientProfile) => profile.verificationRequestedAt ?? profile.createdAt,
      },
      { column: clientProfiles.userId, direction: 'asc', of: (profile: ClientProfile) => profile.userId },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(clientProfiles)
        .where(and(eq(clientProfiles.verification, 'PENDING'), where))
        .orderBy(...orderBy)
        .limit(limit),
  )
}
