import { z } from 'zod'
import { requireViewer } from '../auth/index.ts'
import { fail, ok, type Result } from '../errors/index.ts'
import type { ServiceContext } from '../service/context.ts'
import { claimUploads } from './procedures.ts'
import type { UploadPurpose } from './purposes.ts'

/** Ids of uploads as input, each once, in their order; at most `most`. */
export const uploadIds = (most: number) =>
  z
    .array(z.uuid({ error: 'There is no such upload.' }))
    .max(most, { error: `At most ${most} files.` })
    .transform((list) => [...new Set(list)])

/** Files to keep, and where they were named. */
export interface FilesToClaim {
  readonly uploadIds: readonly string[]
  readonly purpose: UploadPurpose
  /** The path of the input field that names them, from the mutation's argument on: `['input', 'uploadIds']`. */
  readonly field: readonly string[]
}

const words = {
  UNKNOWN: 'There is no such upload of yours.',
  WRONG_PURPOSE: 'This file was uploaded for something else.',
  NOT_SENT: 'The bytes of this file have not arrived.',
  UNUSABLE: 'This file is not what it was said to be.',
} as const

/**
 * Has profiles keep files of the viewer's for something that names them; all or none. Before the transaction that keeps their ids: the
 * same claim again does no harm, and files that are claimed and then not named were the viewer's own anyway. After everything that can
 * refuse without it: what is refused anyway keeps no files.
 *
 * @throws {ApplicationError} UNAUTHENTICATED, SERVICE_UNAVAILABLE
 */
export const claimFiles = async (
  ctx: Pick<ServiceContext, 'call' | 'viewer'>,
  { uploadIds: ids, purpose, field }: FilesToClaim,
): Promise<Result<undefined>> => {
  if (ids.length === 0) return ok(undefined)
  const answer = await ctx.call(claimUploads, { ownerId: requireViewer(ctx).id, uploadIds: [...ids], purpose })
  if (answer.claimed) return ok(undefined)
  const [first] = answer.refused
  return fail('VALIDATION', words[first?.reason ?? 'UNKNOWN'], { field })
}
