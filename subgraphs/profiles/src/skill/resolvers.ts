import { badUserInput } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { listSimilar } from './skill-store.ts'

export const skillResolvers: Resolvers = {
  Query: {
    skills: (_, { query, first }, ctx) => {
      if (first < 1 || first > 50) throw badUserInput('first must be from 1 to 50.', 'first')
      return listSimilar(ctx.db, (query ?? '').trim().slice(0, 60), first)
    },
  },
}
