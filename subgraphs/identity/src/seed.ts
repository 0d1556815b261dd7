import type { Role } from '@gigraph/shared/auth'
import { rows, transaction } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import type { Context } from './context.ts'
import { hashPassword } from './password/password-hash.ts'
import { credentials, users } from './tables.ts'

/** Somebody for demo data: e-mail address verified, terms accepted. */
export interface SeedUser {
  readonly id: string
  readonly email: string
  readonly handle: string
  readonly displayName: string
  readonly roles: readonly Role[]
  readonly password: string
  /** Now when absent. */
  readonly createdAt?: Date
  /** BCP 47; en when absent. */
  readonly locale?: string
  /** IANA; UTC when absent. */
  readonly timeZone?: string
}

const CHUNK = 1_000

/** Whether anybody has ever been here; erased accounts leave their row. */
export const hasUsers = async ({ db }: Context): Promise<boolean> =>
  (await rows(db, sql`select from ${users} limit 1`)).length > 0

/** Writes users as they are after registration and verification; publishes nothing. Each distinct password is hashed once. */
export const seedIdentity = async (ctx: Context, people: readonly SeedUser[]): Promise<void> => {
  const passwords = [...new Set(people.map(({ password }) => password.normalize('NFKC')))]
  const hashed = await Promise.all(passwords.map(async (password) => [password, await hashPassword(password)] as const))
  const hashes = new Map(hashed)
  const now = ctx.clock.now()
  for (let start = 0; start < people.length; start += CHUNK) {
    const chunk = people
      .slice(start, start + CHUNK)
      .map((person) => ({ ...person, createdAt: person.createdAt ?? now }))
    await transaction(ctx.db, async (tx) => {
      await tx.insert(users).values(
        chunk.map(({ id, email, handle, displayName, roles, createdAt, locale = 'en', timeZone = 'UTC' }) => ({
          id,
          email: email.toLowerCase(),
          handle: handle.toLowerCase(),
          displayName,
          roles: [...roles],
          locale,
          timeZone,
          createdAt,
          termsAcceptedAt: createdAt,
          emailVerifiedAt: createdAt,
        })),
      )
      await tx.insert(credentials).values(
        chunk.map(({ id, password, createdAt }) => ({
          userId: id,
          passwordHash: hashes.get(password.normalize('NFKC')) ?? '',
          changedAt: createdAt,
        })),
      )
    })
  }
}
