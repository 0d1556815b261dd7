import type { Resolvers } from '../__generated__/schema.ts'
import { categories, childrenOf, findOptionalCategory } from './category.ts'

export const categoryResolvers: Resolvers = {
  Query: {
    categories: () => categories.filter(({ parentId }) => parentId === null),
    category: (_, { id }) => findOptionalCategory(id) ?? null,
  },
  Category: {
    __resolveReference: ({ id }) => findOptionalCategory(id) ?? null,
    parent: ({ parentId }) => (parentId === null ? null : (findOptionalCategory(parentId) ?? null)),
    children: ({ id }) => [...childrenOf(id)],
  },
}
