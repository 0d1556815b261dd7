import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { requirePerson } from '../session/require-session.ts'
import { findNewestDataExport } from './data-export-store.ts'
import { exportMyData } from './export-my-data.ts'

export const exportResolvers: Resolvers = {
  Mutation: {
    exportMyData: async (_, __, ctx) => payload('dataExport', await exportMyData(ctx)),
  },
  Viewer: {
    dataExport: (_, __, ctx) => findNewestDataExport(ctx.db, requirePerson(ctx).id),
  },
}
