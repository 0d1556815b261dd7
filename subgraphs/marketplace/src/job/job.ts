import { uploadIds } from '@gigraph/shared/uploads'
import { z } from 'zod'
import { findOptionalCategory } from '../category/category.ts'
import type { jobs } from '../tables.ts'

export type Job = Omit<typeof jobs.$inferSelect, 'document'>

/** How many jobs of a client may be open at once: more is advertising. */
export const OPEN_JOBS = 50

/** How long a job stays open. */
export const OPEN_FOR = '30d'

/** Whether somebody may apply now; the deadline holds even before the sweeper has noted it. */
export const isOpen = (job: Pick<Job, 'status' | 'expiresAt'>, now: Date): boolean =>
  job.status === 'OPEN' && job.expiresAt > now

/** The status as people see it: what the sweeper has not noted yet has expired all the same. */
export const statusOf = (job: Pick<Job, 'status' | 'expiresAt'>, now: Date): Job['status'] =>
  job.status === 'OPEN' && !isOpen(job, now) ? 'EXPIRED' : job.status

const budget = z
  .object({
    kind: z.enum(['FIXED', 'HOURLY']),
    minMinor: z.int().min(500, { error: 'A budget is at least $5.' }),
    maxMinor: z.int().max(100_000_000, { error: 'A budget is at most $1,000,000.' }),
  })
  .refine(({ minMinor, maxMinor }) => minMinor <= maxMinor, {
    error: 'The most is less than the least.',
    path: ['maxMinor'],
  })

const fields = {
  title: z
    .string()
    .trim()
    .min(10, { error: 'A title has at least 10 characters.' })
    .max(120, { error: 'A title has at most 120 characters.' }),
  description: z
    .string()
    .trim()
    .min(50, { error: 'Describe the work in at least 50 characters.' })
    .max(10_000, { error: 'A description has at most 10,000 characters.' }),
  categoryId: z.string().refine((id) => (findOptionalCategory(id)?.parentId ?? null) !== null, {
    error: 'Choose a category of the lower level.',
  }),
  skills: z.array(z.string().trim().min(1).max(40)).max(15, { error: 'Name at most 15 skills.' }),
  budget,
  duration: z.enum(['DAYS', 'WEEKS', 'MONTHS', 'ONGOING']),
  level: z.enum(['ENTRY', 'INTERMEDIATE', 'EXPERT']),
  questions: z.array(z.string().trim().min(1).max(300)).max(10, { error: 'Ask at most 10 questions.' }),
  attachmentIds: uploadIds(10),
}

/** What `postJob` takes. */
export const newJob = z.object({
  ...fields,
  skills: fields.skills.nullish().transform((list) => list ?? []),
  questions: fields.questions.nullish().transform((list) => list ?? []),
  attachmentIds: fields.attachmentIds.nullish().transform((list) => list ?? []),
})

/** What `updateJob` changes: absent (or null) fields stay. The questions stay, because they may have been answered. */
export const jobChanges = z.object({
  jobId: z.string(),
  title: fields.title.nullish(),
  description: fields.description.nullish(),
  categoryId: fields.categoryId.nullish(),
  skills: fields.skills.nullish(),
  budget: budget.nullish(),
  duration: fields.duration.nullish(),
  level: fields.level.nullish(),
  attachmentIds: fields.attachmentIds.nullish(),
})
