import { bind, defineSubgraph } from '@gigraph/shared/service'
import { openStorage, storageFaults } from '@gigraph/shared/storage'
import { avatarResolvers } from './avatar/resolvers.ts'
import { clientResolvers } from './client/resolvers.ts'
import { configuration } from './config.ts'
import type { Context, Extra } from './context.ts'
import { entryResolvers } from './entry/resolvers.ts'
import { rebuildFreelancers } from './freelancer/rebuild.ts'
import { freelancerResolvers } from './freelancer/resolvers.ts'
import { runTellAvailability, tellAvailability } from './freelancer/tell-availability.ts'
import { handlers } from './handlers/index.ts'
import { personalData } from './personal-data.ts'
import { skillResolvers } from './skill/resolvers.ts'
import { loadTaxonomy } from './skill/skill-store.ts'
import { uploadProcedures } from './upload/procedures.ts'
import { processUpload, runProcessUpload } from './upload/process-upload.ts'
import { removeFiles, runRemoveFiles } from './upload/remove-files.ts'
import { uploadResolvers } from './upload/resolvers.ts'
import { uploadRoutes } from './upload/routes.ts'
import { runSweepUploads, sweepUploads } from './upload/sweep.ts'
import { verificationResolvers } from './verification/resolvers.ts'

const { implementJob } = bind<Context>()

/** What people show of themselves: freelancers' and clients' profiles. */
export const profilesService = defineSubgraph<typeof configuration, Extra>({
  name: 'profiles',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  checkConfiguration: storageFaults,
  resolvers: [
    freelancerResolvers,
    entryResolvers,
    clientResolvers,
    verificationResolvers,
    skillResolvers,
    uploadResolvers,
    avatarResolvers,
  ],
  handlers,
  projections: rebuildFreelancers,
  jobs: [
    implementJob(tellAvailability, runTellAvailability),
    implementJob(sweepUploads, runSweepUploads),
    implementJob(processUpload, runProcessUpload),
    implementJob(removeFiles, runRemoveFiles),
  ],
  procedures: uploadProcedures,
  routes: uploadRoutes,
  extend: async ({ db, config, clock }) => {
    await loadTaxonomy(db)
    const storage = await openStorage({ config, clock })
    return { storage, close: () => storage.close() }
  },
})
