import { requireViewer } from '@gigraph/shared/auth'
import { transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { SignedRequest } from '@gigraph/shared/storage'
import { after } from '@gigraph/shared/time'
import { uploadPurposes } from '@gigraph/shared/uploads'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { isErased } from '../person/person-store.ts'
import { uploads } from '../tables.ts'
import { purposeRules } from './purpose.ts'
import { sentKey, type Upload } from './upload.ts'
import { countSince } from './upload-store.ts'

const VALID_FOR = '15m'
/** Uploads that one person may begin in a day. */
const A_DAY = 100

/** The last part of what somebody calls a file, without characters that no file system or header likes. */
const asFileName = (text: string): string =>
  (text.split(/[/\\]/).at(-1) ?? '')
    .replaceAll(/[\p{Cc}\p{Cf}<>:"|?*]/gu, '')
    .trim()
    .slice(0, 120)

const input = z.object({
  purpose: z.enum(uploadPurposes),
  contentType: z.string().max(100),
  byteSize: z.int().min(1, { error: 'An empty file cannot be uploaded.' }),
  fileName: z.string().max(500).nullish(),
  alt: z.string().trim().max(200, { error: 'At most 200 characters.' }).nullish(),
})

interface Begun {
  readonly upload: Upload
  readonly request: SignedRequest & { readonly expiresAt: Date }
}

/**
 * Signs the address that one file may be sent to within 15 minutes. At most 100 a day and person.
 *
 * @throws {ApplicationError} NOT_FOUND after the account was erased
 */
export const createUpload = async (ctx: Context, raw: unknown): Promise<Result<Begun>> => {
  const viewer = requireViewer(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { purpose, contentType, byteSize, fileName, alt } = parsed.value
  const { contentTypes, mostBytes } = purposeRules[purpose]
  if (!contentTypes.includes(contentType))
    return fail('VALIDATION', `Upload one of ${contentTypes.join(', ')}.`, { field: ['input', 'contentType'] })
  if (byteSize > mostBytes)
    return fail('VALIDATION', `Such a file has at most ${mostBytes.toLocaleString('en')} bytes.`, {
      field: ['input', 'byteSize'],
    })
  const now = ctx.clock.now()
  const begun = await transaction(ctx.db, async (tx): Promise<Result<Upload>> => {
    // Their token may outlive the account by minutes; nothing of theirs may be kept any more.
    if (await isErased(tx, viewer.id)) throw notFound('Account')
    if ((await countSince(tx, viewer.id, after(now, '-1d'))) >= A_DAY)
      return fail('LIMIT_EXCEEDED', `At most ${A_DAY} uploads a day; try again tomorrow.`)
    const row = {
      id: ctx.makeId(),
      userId: viewer.id,
      purpose,
      status: 'WAITING' as const,
      fileName: asFileName(fileName ?? '') || 'file',
      alt: alt ?? '',
      contentType,
      byteSize,
      createdAt: now,
    }
    const [upload] = await tx.insert(uploads).values(row).returning()
    if (!upload) throw new Error('the upload was not written')
    return ok(upload)
  })
  if (!begun.ok) return begun
  const expiresAt = after(now, VALID_FOR)
  const request = await ctx.storage.signUpload(sentKey(begun.value.id), { contentType, byteSize, expiresAt })
  return ok({ upload: begun.value, request: { ...request, expiresAt } })
}
