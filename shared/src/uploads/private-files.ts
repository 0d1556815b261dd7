import type { z } from 'zod'
import { inChunks } from '../database/index.ts'
import { type Batch, indexBy, load } from '../graphql/index.ts'
import type { ServiceContext } from '../service/context.ts'
import { attachmentLinks } from './procedures.ts'

/** A private file with a link that works for a short time: the graph's `PrivateFile`. */
export type PrivateFile = z.output<typeof attachmentLinks.output>['files'][number]

type Asking = Pick<ServiceContext, 'call'>

/** At most so many at a time, as the procedure takes them. */
const AT_ONCE = 100

const privateFileById: Batch<Asking, string, PrivateFile> = async (ctx, ids) => {
  const answers = await Promise.all(
    inChunks([...ids], AT_ONCE).map((uploadIds) => ctx.call(attachmentLinks, { uploadIds })),
  )
  return indexBy(
    answers.flatMap(({ files }) => files),
    ({ id }) => id,
  )
}

/**
 * Private files with links for the viewer, in their order; those that are gone are absent. One call for all that a request asks for.
 * Only for viewers who see what names them: whoever calls has authorized that.
 *
 * @throws {ApplicationError} SERVICE_UNAVAILABLE: make fields of it nullable
 */
export const loadPrivateFiles = async (ctx: Asking, ids: readonly string[]): Promise<PrivateFile[]> => {
  const found = await Promise.all(ids.map((id) => load(ctx, privateFileById, id)))
  return found.filter((file) => file !== null)
}
