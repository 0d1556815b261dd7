import type { Role } from '@gigraph/shared/auth'
import { inChunks } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import { sellers } from './tables.ts'

/** Somebody of the demo data who seeks, or offers something else than gigs. */
export interface SeedPerson {
  readonly userId: string
  readonly roles: readonly Role[]
  readonly emailVerifiedAt: Date
}

const CHUNK = 1_000

/** Makes people known to the market as identity's events would have. Who is known stays as they are. */
export const seedPeople = async (ctx: Context, people: readonly SeedPerson[]): Promise<void> => {
  for (const batch of inChunks(people, CHUNK))
    await ctx.db
      .insert(sellers)
      .values(batch.map(({ roles, ...person }) => ({ ...person, roles: [...roles], rolesAt: person.emailVerifiedAt })))
      .onConflictDoNothing()
}
