import { requireViewer } from '@gigraph/shared/auth'
import { notFound, type Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import { addDraft } from './create-gig.ts'
import type { Gig } from './gig.ts'
import { draftOf, gigById } from './gig-store.ts'
import { authorizeGig } from './policy.ts'

/** A new draft that offers what the viewer's gig offers in its newest version. */
export const duplicateGig = async (ctx: Context, { gigId }: { readonly gigId: string }): Promise<Result<Gig>> => {
  requireViewer(ctx)
  const gig = await load(ctx, gigById, gigId)
  const newest = await load(ctx, draftOf, gigId)
  if (!gig || !newest) throw notFound('Gig')
  authorizeGig(ctx.viewer, 'gig:change', gig)
  const { title, description, categoryId, tags, content } = newest
  return addDraft(ctx, { title, description, categoryId, tags, content })
}
