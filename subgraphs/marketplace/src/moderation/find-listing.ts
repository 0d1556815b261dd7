import type { Viewer } from '@gigraph/shared/auth'
import { forbidden } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Context } from '../context.ts'
import type { Gig } from '../gig/gig.ts'
import { gigById } from '../gig/gig-store.ts'
import type { Job } from '../job/job.ts'
import { jobById } from '../job/job-store.ts'
import type { Tool } from '../tool/tool.ts'
import { toolById } from '../tool/tool-store.ts'

export type Listing = Gig | Job | Tool
export type Kind = 'GIG' | 'JOB' | 'TOOL'

/** What an id stands for. */
export const findListing = async (ctx: Context, id: string): Promise<{ kind: Kind; listing: Listing } | null> => {
  const gig = await load(ctx, gigById, id)
  if (gig) return { kind: 'GIG', listing: gig }
  const job = await load(ctx, jobById, id)
  if (job) return { kind: 'JOB', listing: job }
  const tool = await load(ctx, toolById, id)
  return tool && { kind: 'TOOL', listing: tool }
}

/** Nobody judges a thing of their own, however many roles they have. @throws {ApplicationError} FORBIDDEN */
export const refuseOwn = (moderator: Viewer, listing: Listing): void => {
  if (ownerOf(listing) === moderator.id) throw forbidden('This is your own: a colleague decides about it.')
}

/** Where a thing stands, for the audit log: states and numbers, not its owner's words, which can be erased where they belong. */
export const standingOf = (listing: Listing): Record<string, string | number | null> =>
  'shown' in listing ? { status: listing.status, version: listing.publishedVersion } : { status: listing.status }

export const titleOf = (listing: Listing): string => ('shown' in listing ? listing.shown.title : listing.title)

export const ownerOf = (listing: Listing): string => {
  if ('sellerId' in listing) return listing.sellerId
  return 'clientId' in listing ? listing.clientId : listing.creatorId
}
