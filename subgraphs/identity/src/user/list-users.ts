import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, arrayContains, gt, ilike, isNotNull, isNull, lte, or, type SQL } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { users } from '../tables.ts'
import type { AccountStatus, User } from './user.ts'

export interface UserFilter {
  readonly search?: string | null | undefined
  readonly role?: User['roles'][number] | null | undefined
  readonly status?: AccountStatus | null | undefined
}

const conditionsOf = (filter: UserFilter, at: Date): (SQL | undefined)[] => {
  const pattern = filter.search && `%${filter.search.replaceAll(/[\\%_]/g, '\\$&')}%`
  return [
    pattern
      ? or(ilike(users.handle, pattern), ilike(users.displayName, pattern), ilike(users.email, pattern))
      : undefined,
    filter.role ? arrayContains(users.roles, [filter.role]) : undefined,
    filter.status ? statusCondition(filter.status, at) : undefined,
  ]
}

const statusCondition = (status: AccountStatus, at: Date): SQL | undefined => {
  const suspended = and(isNotNull(users.suspendedAt), or(isNull(users.suspendedUntil), gt(users.suspendedUntil, at)))
  if (status === 'DELETED') return isNotNull(users.deletedAt)
  if (status === 'SUSPENDED') return and(isNull(users.deletedAt), suspended)
  return and(isNull(users.deletedAt), or(isNull(users.suspendedAt), lte(users.suspendedUntil, at)))
}

/** People for staff, newest first. @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN without users:read */
export const listUsers = (
  ctx: Context,
  { filter, ...page }: ConnectionArguments & { readonly filter?: UserFilter | null | undefined },
): Promise<Connection<User>> => {
  requireScope(requireViewer(ctx), 'users:read')
  return paginate(
    page,
    [
      { column: users.createdAt, direction: 'desc', of: (user: User) => user.createdAt },
      { column: users.id, direction: 'desc', of: (user: User) => user.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(users)
        .where(and(where, ...conditionsOf(filter ?? {}, ctx.clock.now())))
        .orderBy(...orderBy)
        .limit(limit),
  )
}
