import { ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { mintToken } from '../crypto/secrets.ts'
import { mintLink } from '../mail/mail-token.ts'
import { hashPassword } from '../password/password-hash.ts'
import { writeAudit } from './audit-store.ts'
import { colleague, createColleague } from './create-staff.ts'

const input = z.object(colleague)

/**
 * Makes an administrator on behalf of whoever runs the server, who needs no other administrator for it. Answers the link to choose
 * a password: there may be no mail server yet.
 */
export const foundAdmin = async (ctx: Context, raw: unknown): Promise<Result<string>> => {
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { email } = parsed.value
  const passwordHash = await hashPassword(mintToken())
  const created = await createColleague(ctx, { ...parsed.value, role: 'ADMIN' }, passwordHash, (tx, { id, roles }) =>
    writeAudit(ctx, tx, {
      action: 'ADMIN_CREATED',
      subjectId: id,
      reason: 'created by a command on the server',
      before: {},
      after: { roles },
    }),
  )
  if (!created.ok) return created
  return ok(await mintLink(ctx, { userId: created.value.id, purpose: 'ACCEPT_INVITATION', email }))
}
