import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { asksFor, load } from '@gigraph/shared/graphql'
import { renderMarkdown } from '@gigraph/shared/markdown'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import { categoryOf } from '../category/category.ts'
import { countByJob, listOfJob, ownByJob } from '../proposal/proposal-store.ts'
import { statusOf } from './job.ts'
import { jobById, listOpenOfClient, listOwn } from './job-store.ts'
import { closeJob, postJob, renewJob, updateJob } from './post-job.ts'
import { isSaved, listSaved, saveJob, unsaveJob } from './save-job.ts'
import { type FoundJobs, searchJobs } from './search-jobs.ts'
import { visibleJob } from './visible-job.ts'

const empty = {
  edges: [],
  nodes: [],
  pageInfo: { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null },
}

/** Counted with the page, because the selection asks for it: see `asksFor`. */
const spreadOf = ({ spread }: FoundJobs) => {
  if (!spread) throw new Error('the jobs were not counted')
  return spread
}

export const jobResolvers: Resolvers = {
  Query: {
    job: async (_, { id }, ctx) => {
      requireViewer(ctx)
      return visibleJob(ctx, await load(ctx, jobById, id))
    },
    searchJobs: (_, args, ctx, info) => {
      requireRole(requireViewer(ctx), 'FREELANCER')
      return searchJobs(ctx, args, asksFor(info, ['totalCount', 'facets']))
    },
  },
  Mutation: {
    postJob: async (_, { input }, ctx) => payload('job', await postJob(ctx, input)),
    updateJob: async (_, { input }, ctx) => payload('job', await updateJob(ctx, input)),
    renewJob: async (_, { input }, ctx) => payload('job', await renewJob(ctx, input)),
    closeJob: async (_, { input }, ctx) => payload('job', await closeJob(ctx, input)),
    saveJob: async (_, { input }, ctx) => payload('job', await saveJob(ctx, input)),
    unsaveJob: async (_, { input }, ctx) => payload('job', await unsaveJob(ctx, input)),
  },
  JobSearchConnection: {
    totalCount: (found) => spreadOf(found).totalCount,
    facets: (found) => spreadOf(found).facets,
  },
  User: {
    jobs: ({ id }, args, ctx) =>
      ctx.viewer?.id === id || ctx.viewer?.roles.includes('FREELANCER') ? listOpenOfClient(ctx, id, args) : empty,
  },
  Viewer: {
    jobs: ({ id }, args, ctx) => listOwn(ctx, id, args),
    savedJobs: ({ id }, args, ctx) => listSaved(ctx, id, args),
  },
  Job: {
    __resolveReference: async ({ id }, ctx) => visibleJob(ctx, await load(ctx, jobById, id)),
    client: ({ clientId }) => ({ id: clientId }),
    descriptionHtml: ({ description }) => renderMarkdown(description),
    status: (job, _, ctx) => statusOf(job, ctx.clock.now()),
    category: ({ categoryId }) => categoryOf(categoryId),
    budget: ({ budgetKind, budgetMinMinor, budgetMaxMinor, currency }) => ({
      kind: budgetKind,
      min: { amountMinor: budgetMinMinor, currency },
      max: { amountMinor: budgetMaxMinor, currency },
    }),
    attachments: ({ attachments }, _, ctx) => loadPrivateFiles(ctx, attachments),
    proposalCount: async ({ id }, _, ctx) => (await load(ctx, countByJob, id)) ?? 0,
    proposals: ({ id, clientId }, args, ctx) => (ctx.viewer?.id === clientId ? listOfJob(ctx, id, args) : null),
    viewerProposal: ({ id }, _, ctx) => load(ctx, ownByJob, id),
    isSaved: async ({ id }, _, ctx) => (await load(ctx, isSaved, id)) ?? false,
    filledBy: ({ filledBy }) => (filledBy ? { id: filledBy } : null),
  },
}
