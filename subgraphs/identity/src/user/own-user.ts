import { unauthenticated } from '@gigraph/shared/errors'
import type { Context } from '../context.ts'
import { loadUser } from './find-public-user.ts'
import type { User } from './user.ts'

/** The viewer's own row. @throws {ApplicationError} UNAUTHENTICATED when the account is gone */
export const findOwnUser = async (ctx: Context, id: string): Promise<User> => {
  const user = await loadUser(ctx, id)
  if (!user || user.deletedAt) throw unauthenticated('The account is gone.')
  return user
}
