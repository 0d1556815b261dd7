import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { notFound, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { loadPrivateFiles } from '@gigraph/shared/uploads'
import type { Resolvers } from '../__generated__/schema.ts'
import { attachmentsByMessage } from './attachment-store.ts'
import { messagesById } from './message-store.ts'
import { reportMessage } from './report-message.ts'
import { listOpenReports } from './report-store.ts'
import { resolveMessageReport } from './resolve-report.ts'

export const reportResolvers: Resolvers = {
  Query: {
    messageReports: (_, page, ctx) => {
      requireScope(requireViewer(ctx), 'content:moderate')
      return listOpenReports(ctx, page)
    },
  },

  Mutation: {
    reportMessage: async (_, { input }, ctx) => payload('message', await reportMessage(ctx, input)),
    resolveMessageReport: async (_, { input }, ctx) => payload('report', await resolveMessageReport(ctx, input)),
  },

  MessageReport: {
    message: async ({ messageId }, _, ctx) => {
      const message = await load(ctx, messagesById, messageId)
      if (!message) throw notFound('Message')
      return message
    },
    attachments: async ({ messageId }, _, ctx) =>
      loadPrivateFiles(ctx, (await load(ctx, attachmentsByMessage, messageId)) ?? []),
    reporter: ({ reporterId }) => ({ id: reporterId }),
  },
}
