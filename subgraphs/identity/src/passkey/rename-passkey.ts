import { notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { requireSession } from '../session/require-session.ts'
import { type Passkey, passkeyName } from './passkey.ts'
import { updatePasskey } from './passkey-store.ts'

const input = z.object({ passkeyId: z.string(), name: passkeyName })

/** @throws {ApplicationError} NOT_FOUND for others' passkeys */
export const renamePasskey = async (ctx: Context, raw: unknown): Promise<Result<Passkey>> => {
  const viewer = await requireSession(ctx)
  const parsed = parseInput(input, raw)
  if (!parsed.ok) return parsed
  const { passkeyId, name } = parsed.value
  if (!z.uuid().safeParse(passkeyId).success) throw notFound('Passkey')
  return ok(await updatePasskey(ctx.db, { id: passkeyId, userId: viewer.id }, { name }))
}
