import { inChunks, transaction } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import { type SpokenLanguage, skillSlug } from './freelancer/freelancer.ts'
import { levelOf } from './freelancer/level.ts'
import { addMissing } from './skill/skill-store.ts'
import { clientProfiles, freelancerClients, freelancerProfiles } from './tables.ts'

/** A freelancer of the demo data. */
export interface SeedFreelancer {
  readonly userId: string
  readonly displayName: string
  readonly headline: string
  readonly bio: string
  readonly skills: readonly { readonly name: string; readonly level: number }[]
  /** Cents of USD. */
  readonly hourlyRateMinor: number | null
  readonly country: string | null
  readonly timeZone: string | null
  readonly languages: readonly SpokenLanguage[]
  readonly hoursPerWeek?: number
  readonly createdAt: Date
  /** Counts that belong to the demo data's orders, reviews and messages; none when absent. */
  readonly counts?: {
    readonly ordersCompleted: number
    readonly ordersOnTime: number
    readonly ordersFailed: number
    readonly ratingCount: number
    readonly ratingSum: number
    readonly answers: number
    readonly answerSeconds: number
  }
  /** Clients who ordered, with the number of their orders. */
  readonly clients?: readonly { readonly clientId: string; readonly orders: number }[]
}

/** A client of the demo data. */
export interface SeedClient {
  readonly userId: string
  readonly firstName: string
  readonly lastName: string
  readonly companyName: string | null
  readonly companySize: 'SELF' | 'SMALL' | 'MEDIUM' | 'LARGE' | 'ENTERPRISE' | null
  readonly industry: string | null
  readonly website: string | null
  readonly bio: string
  readonly country: string | null
  readonly city: string | null
  readonly timeZone: string | null
  readonly verifiedAt: Date | null
  readonly createdAt: Date
}

const CHUNK = 1_000

const none = {
  ordersCompleted: 0,
  ordersOnTime: 0,
  ordersFailed: 0,
  ratingCount: 0,
  ratingSum: 0,
  answers: 0,
  answerSeconds: 0,
}

const freelancerRow = ({ clients: _, counts = none, skills: named, ...profile }: SeedFreelancer) => {
  const skills = named.map(({ name, level }) => ({ slug: skillSlug(name), name, level }))
  return {
    ...profile,
    ...counts,
    skills,
    skillSlugs: skills.map(({ slug }) => slug),
    skillNames: skills.map(({ name }) => name).join(', '),
    hourlyRateCurrency: profile.hourlyRateMinor === null ? null : 'USD',
    languages: [...profile.languages],
    languageCodes: profile.languages.map(({ code }) => code),
    level: levelOf(counts),
    updatedAt: profile.createdAt,
  }
}

/** Writes profiles as if they had grown here; no events are published. Users that have one already keep it. */
export const seedProfiles = async (
  ctx: Context,
  {
    freelancers,
    clients,
  }: { readonly freelancers: readonly SeedFreelancer[]; readonly clients: readonly SeedClient[] },
): Promise<void> => {
  for (const batch of inChunks(freelancers, CHUNK))
    await transaction(ctx.db, async (tx) => {
      const made = batch.map(freelancerRow)
      const skills = new Map(made.flatMap((row) => row.skills.map((skill) => [skill.slug, skill])))
      await addMissing(tx, [...skills.values()])
      await tx.insert(freelancerProfiles).values(made).onConflictDoNothing()
      const pairs = batch.flatMap(({ userId, clients: theirs = [] }) =>
        theirs.map((each) => ({ freelancerId: userId, ...each })),
      )
      for (const some of inChunks(pairs, CHUNK)) await tx.insert(freelancerClients).values(some).onConflictDoNothing()
    })
  for (const batch of inChunks(clients, CHUNK))
    await transaction(ctx.db, async (tx) => {
      const made = batch.map(({ verifiedAt, ...profile }) => ({
        ...profile,
        verification: verifiedAt ? ('VERIFIED' as const) : ('UNVERIFIED' as const),
        verificationDecidedAt: verifiedAt,
        completedAt: profile.createdAt,
        updatedAt: profile.createdAt,
      }))
      await tx.insert(clientProfiles).values(made).onConflictDoNothing()
    })
}
