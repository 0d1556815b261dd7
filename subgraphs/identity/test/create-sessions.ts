import { type Role, scopesOf, type Viewer } from '@gigraph/shared/auth'
import { after } from '@gigraph/shared/time'
import type { Context } from '../src/context.ts'
import { hashToken, mintToken } from '../src/crypto/secrets.ts'
import { seedIdentity } from '../src/seed.ts'
import { apiKeys, dataExports, passkeys, sessions, trustedDevices } from '../src/tables.ts'

const sessionOf = (ctx: Context, userId: string) => ({
  id: ctx.makeId(),
  userId,
  createdAt: ctx.clock.now(),
  authenticatedAt: ctx.clock.now(),
  lastSeenAt: ctx.clock.now(),
  expiresAt: after(ctx.clock.now(), '1d'),
  address: '127.0.0.1',
  userAgent: 'vitest',
})

/** Users with the given roles, and living sessions as a login would leave them. */
export const createSessions = async (ctx: Context, roles: readonly (readonly Role[])[]): Promise<Viewer[]> => {
  const viewers = roles.map(
    (held): Viewer => ({
      id: ctx.makeId(),
      kind: 'session',
      sessionId: ctx.makeId(),
      roles: held,
      scopes: scopesOf(held),
      authenticatedAt: Math.floor(ctx.clock.now().getTime() / 1_000),
    }),
  )
  await seedIdentity(
    ctx,
    viewers.map(({ id, roles }) => ({
      id,
      email: `${id}@example.com`,
      handle: `h-${id.replaceAll('-', '').slice(-24)}`,
      displayName: 'Somebody',
      roles: roles as Role[],
      password: 'four quiet otters swim',
    })),
  )
  await ctx.db.insert(sessions).values(viewers.map(({ id, sessionId }) => ({ ...sessionOf(ctx, id), id: sessionId })))
  return viewers
}

/** One more session, an API key, a trusted device and an export of somebody. */
export const createBelongings = async (ctx: Context, { id: userId }: Viewer) => {
  const ids = {
    sessionId: ctx.makeId(),
    apiKeyId: ctx.makeId(),
    trustedDeviceId: ctx.makeId(),
    passkeyId: ctx.makeId(),
  }
  const createdAt = ctx.clock.now()
  const expiresAt = after(createdAt, '1d')
  await ctx.db.insert(sessions).values({ ...sessionOf(ctx, userId), id: ids.sessionId })
  await ctx.db.insert(apiKeys).values({
    id: ids.apiKeyId,
    userId,
    name: 'robot',
    prefix: 'gg_robot',
    keyHash: hashToken(mintToken()),
    scopes: [],
    createdAt,
    expiresAt,
  })
  await ctx.db.insert(trustedDevices).values({
    id: ids.trustedDeviceId,
    userId,
    tokenHash: hashToken(mintToken()),
    userAgent: 'vitest',
    createdAt,
    expiresAt,
  })
  await ctx.db.insert(passkeys).values({
    id: ids.passkeyId,
    userId,
    credentialId: mintToken(),
    publicKey: mintToken(),
    counter: 0,
    transports: [],
    backedUp: false,
    name: 'phone',
    createdAt,
  })
  await ctx.db
    .insert(dataExports)
    .values({ id: ctx.makeId(), userId, status: 'EXPIRED', requestedAt: createdAt, begunAt: createdAt })
  return ids
}
