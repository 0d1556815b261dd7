import { attachmentLinks } from '@gigraph/profiles/internal'
import { inChunks } from '@gigraph/shared/database'
import { type Batch, indexBy } from '@gigraph/shared/graphql'
import type { z } from 'zod'
import type { Context } from '../context.ts'

export type Attachment = z.output<typeof attachmentLinks.output>['files'][number]

/** At most so many at a time, as the procedure takes them. */
const AT_ONCE = 100

/** Private files with links that work for a short time. Only for viewers who see what names them. */
export const attachmentById: Batch<Context, string, Attachment> = async (ctx, ids) => {
  const answers = await Promise.all(
    inChunks([...ids], AT_ONCE).map((uploadIds) => ctx.call(attachmentLinks, { uploadIds })),
  )
  return indexBy(
    answers.flatMap(({ files }) => files),
    ({ id }) => id,
  )
}
