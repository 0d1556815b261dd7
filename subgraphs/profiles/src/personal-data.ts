import { rowsOf } from '@gigraph/shared/personal-data'
import { eq } from 'drizzle-orm'
import {
  avatars,
  clientJobs,
  clientPayments,
  clientProfiles,
  freelancerProfiles,
  profileEntries,
  uploads,
} from './tables.ts'

/** What profiles knows of a person, for the export of their data. */
export const personalData = [
  rowsOf({
    name: 'freelancerProfile',
    table: freelancerProfiles,
    of: (userId) => eq(freelancerProfiles.userId, userId),
    omit: ['document', 'skillSlugs', 'skillNames'],
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
