import { badUserInput } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { isId } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import type { User } from './user.ts'
import { findOptionalUserByHandle, userById } from './user-store.ts'

/** Ids come from clients: what is no UUID is nobody's. */
export const loadUser = (ctx: Context, id: string): Promise<User | null> =>
  isId(id) ? load(ctx, userById, id) : Promise.resolve(null)

/**
 * Somebody as everybody may look them up. Accounts whose address was never verified are not shown, so that a look does not tell
 * whether a registration met a new address.
 *
 * @throws {ApplicationError} BAD_USER_INPUT unless exactly one of id and handle is given
 */
export const findPublicUser = async (
  ctx: Context,
  { id, handle }: { readonly id?: string | null | undefined; readonly handle?: string | null | undefined },
): Promise<User | null> => {
  if ((id == null) === (handle == null)) throw badUserInput('Pass either id or handle.', 'id')
  const user =
    id == null ? await findOptionalUserByHandle(ctx.db, (handle ?? '').toLowerCase()) : await loadUser(ctx, id)
  return user?.emailVerifiedAt && !user.deletedAt ? user : null
}
