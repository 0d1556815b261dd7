import type { Result } from '@gigraph/shared/errors'
import { claimFiles } from '@gigraph/shared/uploads'
import type { Context } from '../context.ts'

/** The input field that names files, in all mutations that take them. */
export const attachmentsField = ['input', 'attachmentIds']

/** Has profiles keep the viewer's files for a message. Before the transaction that writes it, after what may refuse it. */
export const claimAttachments = (ctx: Context, uploadIds: readonly string[]): Promise<Result<undefined>> =>
  claimFiles(ctx, { uploadIds, purpose: 'MESSAGE_ATTACHMENT', field: attachmentsField })
