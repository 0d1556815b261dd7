import { rowsOf } from '@gigraph/shared/personal-data'
import { eq, inArray, or, sql } from 'drizzle-orm'
import {
  favourites,
  gigs,
  gigVersions,
  invitations,
  jobs,
  offers,
  proposals,
  reports,
  savedJobs,
  sellers,
  tools,
} from './tables.ts'

/** What the marketplace knows of a person, for the export of their data. */
export const personalData = [
  rowsOf({ name: 'standing', table: sellers, of: (userId) => eq(sellers.userId, userId), key: sellers.userId }),
  rowsOf({ name: 'gigs', table: gigs, of: (userId) => eq(gigs.sellerId, userId) }),
  rowsOf({
    name: 'gigVersions',
    table: gigVersions,
    of: (userId, db) =>
      inArray(gigVersions.gigId, db.select({ id: gigs.id }).from(gigs).where(eq(gigs.sellerId, userId))),
    omit: ['keywords'],
    key: sql`${gigVersions.gigId}::text || ' ' || lpad(${gigVersions.version}::text, 10, '0')`,
  }),
  rowsOf({ name: 'jobs', table: jobs, of: (userId) => eq(jobs.clientId, userId), omit: ['document', 'keywords'] }),
  rowsOf({ name: 'proposals', table: proposals, of: (userId) => eq(proposals.freelancerId, userId) }),
  rowsOf({
    name: 'offers',
    table: offers,
    of: (userId) => or(eq(offers.freelancerId, userId), eq(offers.clientId, userId)),
  }),
  rowsOf({
    name: 'invitations',
    table: invitations,
    of: (userId) => or(eq(invitations.freelancerId, userId), eq(invitations.clientId, userId)),
  }),
  rowsOf({ name: 'tools', table: tools, of: (userId) => eq(tools.creatorId, userId), omit: ['document'] }),
  rowsOf({
    name: 'favourites',
    table: favourites,
    of: (userId) => eq(favourites.userId, userId),
    key: favourites.gigId,
  }),
  rowsOf({
    name: 'savedJobs',
    table: savedJobs,
    of: (userId) => eq(savedJobs.userId, userId),
    key: savedJobs.jobId,
  }),
  rowsOf({ name: 'reports', table: reports, of: (userId) => eq(reports.reporterId, userId) }),
]
