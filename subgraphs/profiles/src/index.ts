import { defineSubgraph } from '@gigraph/shared/service'
import { clientResolvers } from './client/resolvers.ts'
import { configuration } from './config.ts'
import { entryResolvers } from './entry/resolvers.ts'
import { freelancerResolvers } from './freelancer/resolvers.ts'
import { handlers } from './handlers/index.ts'
import { skillResolvers } from './skill/resolvers.ts'
import { loadTaxonomy } from './skill/skill-store.ts'
import { verificationResolvers } from './verification/resolvers.ts'

/** What people show of themselves: freelancers' and clients' profiles. */
export const profilesService = defineSubgraph({
  name: 'profiles',
  folder: new URL('.', import.meta.url),
  configuration,
  resolvers: [freelancerResolvers, entryResolvers, clientResolvers, verificationResolvers, skillResolvers],
  handlers,
  extend: async ({ db }) => {
    await loadTaxonomy(db)
    return {}
  },
})
