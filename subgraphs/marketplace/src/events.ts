import { event } from '@gigraph/shared/events'
import { money } from '@gigraph/shared/money'
import { z } from 'zod'

const id = z.uuid()
const gig = { gigId: id, sellerId: id, title: z.string() }
const proposal = { proposalId: id, jobId: id, freelancerId: id, clientId: id, jobTitle: z.string() }

export const gigPublished = event('gig.published', 1, { ...gig, version: z.int() })
export const gigUpdated = event('gig.updated', 1, { ...gig, version: z.int() })
export const gigPaused = event('gig.paused', 1, gig)
/** By staff, with the reason; or archived by its owner, without. */
export const gigRemoved = event('gig.removed', 1, { ...gig, reason: z.string().nullable() })

/** `budget`: the most that the client would pay; null for hourly work. */
export const jobPosted = event('job.posted', 1, {
  jobId: id,
  clientId: id,
  title: z.string(),
  budget: money.nullable(),
})
/** What it says was changed; `budget` as with `job.posted`. */
export const jobUpdated = event('job.updated', 1, {
  jobId: id,
  clientId: id,
  title: z.string(),
  budget: money.nullable(),
})
/** A client asks a freelancer to apply. */
export const jobInvited = event('job.invited', 1, {
  invitationId: id,
  jobId: id,
  clientId: id,
  freelancerId: id,
  title: z.string(),
})
export const invitationDeclined = event('invitation.declined', 1, {
  invitationId: id,
  jobId: id,
  clientId: id,
  freelancerId: id,
  title: z.string(),
})
export const jobFilled = event('job.filled', 1, { jobId: id, clientId: id, title: z.string(), freelancerId: id })

/** `applicantIds`: whose proposals nobody had decided about. */
const ended = { jobId: id, clientId: id, title: z.string(), applicantIds: z.array(id).default([]) }
/** By its client, by staff, or because its client's account was deleted. */
export const jobClosed = event('job.closed', 1, ended)
export const jobExpired = event('job.expired', 1, ended)

export const proposalSubmitted = event('proposal.submitted', 1, proposal)
export const proposalAccepted = event('proposal.accepted', 1, proposal)
export const proposalDeclined = event('proposal.declined', 1, proposal)
export const proposalWithdrawn = event('proposal.withdrawn', 1, proposal)

const offer = { offerId: id, freelancerId: id, clientId: id, title: z.string() }
export const offerSent = event('offer.sent', 1, { ...offer, conversationId: id.nullable() })
export const offerDeclined = event('offer.declined', 1, offer)
export const offerExpired = event('offer.expired', 1, offer)

export const toolPublished = event('tool.published', 1, { toolId: id, creatorId: id, title: z.string() })
export const toolPaused = event('tool.paused', 1, { toolId: id, creatorId: id, title: z.string() })

export const listingReported = event('listing.reported', 1, {
  listingId: id,
  kind: z.enum(['GIG', 'JOB', 'TOOL']),
  reporterId: id,
})
export const listingModerated = event('listing.moderated', 1, {
  listingId: id,
  kind: z.enum(['GIG', 'JOB', 'TOOL']),
  ownerId: id,
  title: z.string(),
  decision: z.enum(['APPROVED', 'REJECTED', 'SUSPENDED', 'EDITED']),
  reason: z.string().nullable(),
})
