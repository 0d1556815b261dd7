import {
  invitationDeclined,
  jobClosed,
  jobExpired,
  jobFilled,
  jobInvited,
  listingModerated,
  offerDeclined,
  offerExpired,
  offerSent,
  proposalAccepted,
  proposalDeclined,
  proposalSubmitted,
  proposalWithdrawn,
} from '@gigraph/marketplace/events'
import type { Notice } from '../notification/notification.ts'
import { rule } from './rule.ts'

const words = {
  APPROVED: 'approved',
  REJECTED: 'rejected',
  SUSPENDED: 'suspended',
  EDITED: 'edited by our staff',
} as const
const places = { GIG: 'gigs', JOB: 'jobs', TOOL: 'tools' } as const

/** Somebody whose proposal nobody will decide about. */
const applicant =
  (jobId: string, title: string) =>
  (userId: string): Notice => ({
    userId,
    category: 'ORDERS',
    title: 'A job was closed',
    body: `“${title}”, for which you applied, was closed without an order.`,
    link: `/jobs/${jobId}`,
  })

/** Who is told what of jobs, proposals, offers and listings. */
export const marketRules = [
  rule(proposalSubmitted, ({ clientId, freelancerId, jobId, jobTitle }) => [
    {
      userId: clientId,
      fromId: freelancerId,
      category: 'ORDERS',
      title: 'A new proposal',
      body: `Somebody proposes to do “${jobTitle}”.`,
      link: `/jobs/${jobId}/proposals`,
    },
  ]),
  rule(proposalAccepted, ({ freelancerId, jobId, jobTitle }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your proposal was accepted',
      body: `You were chosen for “${jobTitle}”.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(proposalDeclined, ({ freelancerId, jobId, jobTitle }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your proposal was declined',
      body: `“${jobTitle}” goes to somebody else.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(proposalWithdrawn, ({ clientId, jobId, jobTitle }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'A proposal was withdrawn',
      body: `Somebody no longer proposes to do “${jobTitle}”.`,
      link: `/jobs/${jobId}/proposals`,
      mailed: false,
    },
  ]),
  rule(jobInvited, ({ freelancerId, clientId, jobId, title }) => [
    {
      userId: freelancerId,
      fromId: clientId,
      category: 'ORDERS',
      title: 'You are invited to apply',
      body: `A client would like a proposal of yours for “${title}”.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(invitationDeclined, ({ clientId, jobId, title }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'Your invitation was declined',
      body: `Somebody whom you invited will not apply for “${title}”.`,
      link: `/jobs/${jobId}`,
      mailed: false,
    },
  ]),
  rule(jobFilled, ({ clientId, jobId, title }) => [
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'Your job is filled',
      body: `You found somebody for “${title}”.`,
      link: `/jobs/${jobId}`,
      mailed: false,
    },
  ]),
  // The client has done it, or was told why by `listing.moderated`.
  rule(jobClosed, ({ applicantIds, jobId, title }) => applicantIds.map(applicant(jobId, title))),
  rule(jobExpired, ({ clientId, applicantIds, jobId, title }) => [
    ...applicantIds.map(applicant(jobId, title)),
    {
      userId: clientId,
      category: 'ORDERS',
      title: 'Your job has expired',
      body: `Nobody was chosen for “${title}” in time. You can post it again.`,
      link: `/jobs/${jobId}`,
    },
  ]),
  rule(offerSent, ({ clientId, freelancerId, offerId, title }) => [
    {
      userId: clientId,
      fromId: freelancerId,
      category: 'ORDERS',
      title: 'An offer for you',
      body: `You got an offer: “${title}”.`,
      link: `/offers/${offerId}`,
    },
  ]),
  rule(offerDeclined, ({ freelancerId, offerId, title }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your offer was declined',
      body: `“${title}” was declined.`,
      link: `/offers/${offerId}`,
    },
  ]),
  rule(offerExpired, ({ freelancerId, offerId, title }) => [
    {
      userId: freelancerId,
      category: 'ORDERS',
      title: 'Your offer has expired',
      body: `Nobody has answered “${title}” in time. You can send another one.`,
      link: `/offers/${offerId}`,
      mailed: false,
    },
  ]),
  rule(listingModerated, ({ ownerId, listingId, kind, title, decision, reason }) => [
    {
      userId: ownerId,
      category: 'ORDERS',
      title: `“${title}” was ${words[decision]}`,
      body: reason ?? `“${title}” was ${words[decision]}.`,
      link: `/${places[kind]}/${listingId}`,
    },
  ]),
]
