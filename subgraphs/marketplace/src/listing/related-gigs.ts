import { rows } from '@gigraph/shared/database'
import { badUserInput } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'

/** Gigs of the same category: other sellers' first, then those that share a tag, then by how well they have done. */
export const relatedGigs = async (ctx: Context, gigId: string, first: number): Promise<Gig[]> => {
  if (first < 1 || first > 24) throw badUserInput('first must be from 1 to 24.', 'first')
  if (!isId(gigId)) return []
  const found = await rows<{ gig_id: string }>(
    ctx.db,
    sql`select other.gig_id from listings as this join listings as other
          on other.bucket between this.bucket & ~255 and this.bucket | 255 and other.gig_id <> this.gig_id
        where this.gig_id = ${gigId}::uuid
        order by other.seller_id = this.seller_id,
          other.tags && this.tags desc, other.quality desc
        limit ${first}`,
  )
  const gigs = await Promise.all(found.map((row) => load(ctx, gigById, row.gig_id)))
  return gigs.filter((gig) => gig !== null)
}
