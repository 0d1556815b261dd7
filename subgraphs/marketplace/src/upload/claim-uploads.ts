import { claimUploads as claim } from '@gigraph/profiles/internal'
import { requireViewer } from '@gigraph/shared/auth'
import { fail, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'

interface Claim {
  readonly uploadIds: readonly string[]
  readonly purpose: 'GIG_IMAGE' | 'JOB_ATTACHMENT'
  /** The input field that names them. */
  readonly field: string
}

const words = {
  UNKNOWN: 'There is no such upload of yours.',
  WRONG_PURPOSE: 'This file was uploaded for something else.',
  NOT_SENT: 'The bytes of this file have not arrived.',
  UNUSABLE: 'This file is not what it was said to be.',
} as const

/**
 * Has profiles keep files of the viewer's for something that names them. Before the transaction that keeps their ids: the same
 * claim again does no harm, and files that are claimed and then not named were the viewer's own anyway.
 */
export const claimUploads = async (ctx: Context, { uploadIds, purpose, field }: Claim): Promise<Result<undefined>> => {
  if (uploadIds.length === 0) return ok(undefined)
  const answer = await ctx.call(claim, { ownerId: requireViewer(ctx).id, uploadIds: [...uploadIds], purpose })
  if (answer.claimed) return ok(undefined)
  const [first] = answer.refused
  return fail('VALIDATION', words[first?.reason ?? 'UNKNOWN'], { field: ['input', field] })
}
