import { requireRole, requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Database, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { claimFiles } from '@gigraph/shared/uploads'
import { slugify } from '../category/category.ts'
import type { Context } from '../context.ts'
import { findOptional, findOptionalForUpdate, maySell, type Seller } from '../seller/seller-store.ts'
import { type Gig, type GigDraft, LIMITS, newGig } from './gig.ts'
import { add, countOfSeller } from './gig-store.ts'
import { withIds } from './with-ids.ts'

/** The title as part of a URL, and enough of the id to make it the only one. */
export const gigSlug = (title: string, id: string): string => `${slugify(title).slice(0, 70) || 'gig'}-${id.slice(-10)}`

/** Makes a draft. It may lack all but title and category until it is submitted. */
export const createGig = async (ctx: Context, raw: unknown): Promise<Result<Gig>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  requireScope(viewer, 'gigs:write')
  const parsed = parseInput(newGig, raw)
  if (!parsed.ok) return parsed
  const { title, description, categoryId, tags, imageIds, ...content } = parsed.value
  // What is refused anyway takes no files: those that are claimed are kept.
  const allowed = await mayAdd(ctx.db, await findOptional(ctx.db, viewer.id))
  if (!allowed.ok) return allowed
  const claimed = await claimFiles(ctx, { uploadIds: imageIds, purpose: 'GIG_IMAGE', field: ['input', 'imageIds'] })
  if (!claimed.ok) return claimed
  const withImages = withIds(ctx, { ...content, images: imageIds })
  return addDraft(ctx, { title, description, categoryId, tags, content: withImages })
}

/** Whether somebody may have one gig more. */
const mayAdd = async (db: Database, seller: Seller | undefined): Promise<Result<undefined>> => {
  const allowed = maySell(seller)
  if (!allowed.ok || !seller) return allowed
  return (await countOfSeller(db, seller.userId)) >= LIMITS.gigsOfSeller
    ? fail('LIMIT_EXCEEDED', `You have ${LIMITS.gigsOfSeller} gigs; archive one first.`)
    : ok(undefined)
}

/** Adds a draft of the viewer's, if they may have one more. */
export const addDraft = async (ctx: Context, draft: GigDraft): Promise<Result<Gig>> => {
  const viewer = requireViewer(ctx)
  return transaction(ctx.db, async (tx) => {
    const allowed = await mayAdd(tx, await findOptionalForUpdate(tx, viewer.id))
    if (!allowed.ok) return allowed
    const id = ctx.makeId()
    const now = ctx.clock.now()
    const gig = {
      id,
      sellerId: viewer.id,
      slug: gigSlug(draft.title, id),
      draftVersion: 1,
      createdAt: now,
      updatedAt: now,
    }
    return ok(await add(tx, { ...gig, status: 'DRAFT' }, draft))
  })
}
