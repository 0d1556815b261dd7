import { noteAct } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { findConversationForUpdate, listParticipants } from '../conversation/conversation-store.ts'
import { tellConversation } from '../live/topics.ts'
import { notify } from '../notification/notify.ts'
import { findOptionalMessage, saveMessage } from './message-store.ts'
import { releaseAttachments } from './release-files.ts'
import { closeReport, findReportForUpdate, type ReportRow } from './report-store.ts'

const resolveReportInput = z.object({ reportId: z.uuid({ error: 'This is no report.' }), deleteMessage: z.boolean() })

/** Decides on a report; with the last open one, the conversation is private again. */
export const resolveMessageReport = async (ctx: Context, input: unknown): Promise<Result<ReportRow>> => {
  const viewer = requireViewer(ctx)
  requireScope(viewer, 'content:moderate')
  const parsed = parseInput(resolveReportInput, input)
  if (!parsed.ok) return parsed

  return transaction(ctx.db, async (tx) => {
    const report = await findReportForUpdate(tx, parsed.value.reportId)
    if (report.resolvedAt) return fail('INVALID_STATE', 'This report is decided already.', { allowed: [] })
    const { conversationId, messageId } = report
    await findConversationForUpdate(tx, conversationId)
    const now = ctx.clock.now()
    if (parsed.value.deleteMessage) {
      const { sequence } = await saveMessage(tx, messageId, { body: '', contactDetails: [], deletedAt: now })
      const userIds = (await listParticipants(tx, conversationId)).map(({ userId }) => userId)
      tellConversation(ctx, tx, { kind: 'MESSAGE_DELETED', conversationId, messageId, userId: null, sequence }, userIds)
    }
    const closed = await closeReport(tx, report, { resolvedAt: now, resolvedBy: viewer.id })
    // Also when its author had deleted it before: its files waited for this decision.
    if ((await findOptionalMessage(tx, messageId))?.deletedAt) await releaseAttachments(ctx, tx, messageId)
    const subjectId = (await findOptionalMessage(tx, messageId))?.senderId
    const after = { deleted: parsed.value.deleteMessage }
    await noteAct(ctx, tx, {
      action: 'MESSAGE_REPORT_DECIDED',
      subjectId,
      object: { kind: 'MESSAGE', id: messageId },
      after,
    })
    await tell(ctx, tx, report, parsed.value.deleteMessage)
    return ok(closed)
  })
}

/** The reporter hears how it was decided; an author whose message was taken down, that it was. */
const tell = async (
  ctx: Context,
  tx: Transaction,
  { conversationId, messageId, reporterId }: ReportRow,
  deleted: boolean,
): Promise<void> => {
  const about = { category: 'MESSAGES', link: `/messages/${conversationId}`, mailed: false } as const
  const authorId = deleted ? (await findOptionalMessage(tx, messageId))?.senderId : null
  await notify(ctx, tx, [
    {
      ...about,
      userId: reporterId,
      title: 'Your report was decided on',
      body: deleted
        ? 'The message breaks our rules and was taken down. Thank you.'
        : 'We have looked at the message: it does not break our rules.',
    },
    ...(authorId
      ? [
          {
            ...about,
            userId: authorId,
            title: 'A message of yours was taken down',
            body: 'It was reported and breaks our rules.',
          },
        ]
      : []),
  ])
}
