import { bind, defineSubgraph } from '@gigraph/shared/service'
import { storageFaults } from '@gigraph/shared/storage'
import { clientResolvers } from './client/resolvers.ts'
import { configuration } from './config.ts'
import type { Context } from './context.ts'
import { entryResolvers } from './entry/resolvers.ts'
import { freelancerResolvers } from './freelancer/resolvers.ts'
import { handlers } from './handlers/index.ts'
import { skillResolvers } from './skill/resolvers.ts'
import { loadTaxonomy } from './skill/skill-store.ts'
import { uploadResolvers } from './upload/resolvers.ts'
import { uploadRoutes } from './upload/routes.ts'
import { runSweepUploads, sweepUploads } from './upload/sweep.ts'
import { verificationResolvers } from './verification/resolvers.ts'

const { implementJob } = bind<Context>()

/** What people show of themselves: freelancers' and clients' profiles. */
export const profilesService = defineSubgraph<typeof configuration, object>({
  name: 'profiles',
  folder: new URL('.', import.meta.url),
  configuration,
  checkConfiguration: storageFaults,
  resolvers: [
    freelancerResolvers,
    entryResolvers,
    clientResolvers,
    verificationResolvers,
    skillResolvers,
    uploadResolvers,
  ],
  handlers,
  jobs: [implementJob(sweepUploads, runSweepUploads)],
  routes: uploadRoutes,
  extend: async ({ db }) => {
    await loadTaxonomy(db)
    return {}
  },
})
