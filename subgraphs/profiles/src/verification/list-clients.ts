import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { badUserInput } from '@gigraph/shared/errors'
import { type Connection, type ConnectionArguments, type OrderKey, paginate } from '@gigraph/shared/graphql'
import { and, eq, type SQL, sql } from 'drizzle-orm'
import type { QueryClientProfilesArgs } from '../__generated__/schema.ts'
import type { ClientProfile } from '../client/client.ts'
import type { Context } from '../context.ts'
import { clientProfiles } from '../tables.ts'

const MAXIMUM_QUERY = 100

const pageOf = (
  ctx: Context,
  args: ConnectionArguments,
  keys: readonly OrderKey<ClientProfile>[],
  condition: SQL | undefined,
): Promise<Connection<ClientProfile>> =>
  paginate(args, keys, ({ where, orderBy, limit }) =>
    ctx.db
      .select()
      .from(clientProfiles)
      .where(and(condition, where))
      .orderBy(...orderBy)
      .limit(limit),
  )

const byId: OrderKey<ClientProfile> = {
  column: clientProfiles.userId,
  direction: 'asc',
  of: (profile) => profile.userId,
}

/** Clients who wait to be checked, the longest first. Needs the scope profiles:verify. */
export const verificationQueue = async (
  ctx: Context,
  args: ConnectionArguments,
): Promise<Connection<ClientProfile>> => {
  requireScope(requireViewer(ctx), 'profiles:verify')
  const longest: OrderKey<ClientProfile> = {
    column: clientProfiles.verificationRequestedAt,
    direction: 'asc',
    of: (profile) => profile.verificationRequestedAt ?? profile.createdAt,
  }
  return pageOf(ctx, args, [longest, byId], eq(clientProfiles.verification, 'PENDING'))
}

/** Names as staff type them: company, first and last name, typing errors forgiven for companies. */
const named = (text: string): SQL => {
  const pattern = `${text.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`
  return sql`(${text} <% ${clientProfiles.companyName} or lower(${clientProfiles.lastName}) like ${pattern}
    or lower(${clientProfiles.firstName}) like ${pattern})`
}

/**
 * Clients for staff, the newest first. Needs the scope profiles:verify.
 *
 * @throws {ApplicationError} BAD_USER_INPUT for a query of more than 100 characters
 */
export const clientProfilesOf = async (
  ctx: Context,
  { filter, ...args }: QueryClientProfilesArgs,
): Promise<Connection<ClientProfile>> => {
  requireScope(requireViewer(ctx), 'profiles:verify')
  const { query, verification, country, industry } = filter ?? {}
  const text = query?.trim()
  if (text && text.length > MAXIMUM_QUERY)
    throw badUserInput(`query has at most ${MAXIMUM_QUERY} characters.`, 'filter.query')
  const newest: OrderKey<ClientProfile> = {
    column: clientProfiles.createdAt,
    direction: 'desc',
    of: (profile) => profile.createdAt,
  }
  return pageOf(
    ctx,
    args,
    [newest, { ...byId, direction: 'desc' }],
    and(
      verification ? eq(clientProfiles.verification, verification) : undefined,
      country ? eq(clientProfiles.country, country) : undefined,
      industry ? eq(clientProfiles.industry, industry) : undefined,
      text ? named(text) : undefined,
    ),
  )
}
