import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { notFound, ok, type Result } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { noteDecision } from './decision-store.ts'
import { findListing, ownerOf, refuseOwn, standingOf } from './find-listing.ts'

/** Staff find nothing wrong: the reports that wait about a thing are answered. Answers how many. Needs the scope content:moderate. */
export const dismissReports = async (
  ctx: Context,
  { listingId }: { readonly listingId: string },
): Promise<Result<number>> => {
  const moderator = requireViewer(ctx)
  requireScope(moderator, 'content:moderate')
  const found = await findListing(ctx, listingId)
  if (!found) throw notFound('Listing')
  refuseOwn(moderator, found.listing)
  const about = { listingId, kind: found.kind, ownerId: ownerOf(found.listing), moderatorId: moderator.id }
  const standing = standingOf(found.listing)
  return transaction(ctx.db, async (tx) =>
    ok(
      await noteDecision(ctx, tx, { ...about, decision: 'DISMISSED', reason: null, before: standing, after: standing }),
    ),
  )
}
