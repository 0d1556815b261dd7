import { rowsOf } from '@gigraph/shared/personal-data'
import { eq } from 'drizzle-orm'
import {
  answers,
  avatars,
  clientJobs,
  clientPayments,
  clientProfiles,
  freelancerOrders,
  freelancerProfiles,
  freelancerReviews,
  people,
  profileEntries,
  uploads,
} from './tables.ts'

/** What profiles knows of a person, for the export of their data. */
export const personalData = [
  rowsOf({
    name: 'freelancerProfile',
    table: freelancerProfiles,
    of: (userId) => eq(freelancerProfiles.userId, userId),
    omit: ['availableTold', 'document', 'skillSlugs', 'skillNames', 'standing', 'rated', 'cheap', 'dear', 'newest'],
    key: freelancerProfiles.userId,
  }),
  rowsOf({
    name: 'clientProfile',
    table: clientProfiles,
    of: (userId) => eq(clientProfiles.userId, userId),
    key: clientProfiles.userId,
  }),
  rowsOf({ name: 'entries', table: profileEntries, of: (userId) => eq(profileEntries.userId, userId) }),
  rowsOf({ name: 'avatar', table: avatars, of: (userId) => eq(avatars.userId, userId), key: avatars.userId }),
  rowsOf({ name: 'uploads', table: uploads, of: (userId) => eq(uploads.userId, userId) }),
  rowsOf({ name: 'person', table: people, of: (userId) => eq(people.userId, userId), key: people.userId }),
  rowsOf({
    name: 'orders',
    table: freelancerOrders,
    of: (userId) => eq(freelancerOrders.freelancerId, userId),
    key: freelancerOrders.orderId,
  }),
  rowsOf({
    name: 'reviews',
    table: freelancerReviews,
    of: (userId) => eq(freelancerReviews.freelancerId, userId),
    key: freelancerReviews.reviewId,
  }),
  rowsOf({ name: 'answers', table: answers, of: (userId) => eq(answers.userId, userId), key: answers.messageId }),
  rowsOf({
    name: 'jobs',
    table: clientJobs,
    of: (userId) => eq(clientJobs.clientId, userId),
    key: clientJobs.jobId,
  }),
  rowsOf({
    name: 'payments',
    table: clientPayments,
    of: (userId) => eq(clientPayments.clientId, userId),
    key: clientPayments.paymentId,
  }),
]
