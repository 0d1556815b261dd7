import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { purposeRules } from './purpose.ts'
import { documentKey, type Upload } from './upload.ts'

const VALID_FOR = '10m'

/** A link to a private file, valid for 10 minutes; null unless it is READY. Whoever shows it has authorized that. */
export const linkOf = async (
  ctx: Context,
  { id, status, purpose, contentType, fileName }: Upload,
): Promise<string | null> => {
  if (status !== 'READY' || purposeRules[purpose].cut !== null) return null
  const expiresAt = after(ctx.clock.now(), VALID_FOR)
  return ctx.storage.signDownload(documentKey(id), { contentType, fileName, expiresAt })
}
