import { defineSubgraph } from '@gigraph/shared/service'
import { configuration } from './config.ts'
import { handlers } from './handlers/index.ts'
import { jobs } from './jobs/index.ts'
import { personalData } from './personal-data.ts'
import { resolvers } from './resolvers.ts'

/** What people think of the work: double-blind reviews of both sides, ratings of gigs, people and tools. */
export const reviewsService = defineSubgraph({
  name: 'reviews',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  resolvers: [resolvers],
  handlers,
  jobs,
})
