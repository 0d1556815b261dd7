import { inChunks, transaction } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import { type SpokenLanguage, skillSlug } from './freelancer/freelancer.ts'
import { projectFreelancers } from './freelancer/project-freelancers.ts'
import { addMissing } from './skill/skill-store.ts'
import {
  answers,
  clientPayments,
  clientProfiles,
  freelancerOrders,
  freelancerProfiles,
  freelancerReviews,
  people,
} from './tables.ts'

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

const freelancerRow = ({ skills: named, ...profile }: SeedFreelancer) => {
  const skills = named.map(({ name, level }) => ({ slug: skillSlug(name), name, level }))
  return {
    ...profile,
    skills,
    skillSlugs: skills.map(({ slug }) => slug),
    skillNames: skills.map(({ name }) => name).join(', '),
    hourlyRateCurrency: profile.hourlyRateMinor === null ? null : 'USD',
    languages: [...profile.languages],
    languageCodes: profile.languages.map(({ code }) => code),
    verified: true,
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
      const known = batch.map(({ userId, displayName, createdAt }) => ({
        userId,
        displayName,
        namedAt: createdAt,
        verifiedAt: createdAt,
      }))
      await tx.insert(people).values(known).onConflictDoNothing()
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

/** What other services would have told of the demo data's work. */
export interface SeedFacts {
  readonly orders: readonly (typeof freelancerOrders.$inferInsert)[]
  readonly reviews: readonly (typeof freelancerReviews.$inferInsert)[]
  readonly answers: readonly (typeof answers.$inferInsert)[]
  readonly payments: readonly (typeof clientPayments.$inferInsert)[]
}

/** Writes facts and brings the freelancers' numbers and levels up to them. */
export const seedFacts = async (ctx: Context, facts: SeedFacts): Promise<void> => {
  await transaction(ctx.db, async (tx) => {
    for (const some of inChunks(facts.orders, CHUNK))
      await tx.insert(freelancerOrders).values(some).onConflictDoNothing()
    for (const some of inChunks(facts.reviews, CHUNK))
      await tx.insert(freelancerReviews).values(some).onConflictDoNothing()
    for (const some of inChunks(facts.answers, CHUNK)) await tx.insert(answers).values(some).onConflictDoNothing()
    for (const some of inChunks(facts.payments, CHUNK))
      await tx.insert(clientPayments).values(some).onConflictDoNothing()
    const freelancers = new Set([
      ...facts.orders.map(({ freelancerId }) => freelancerId),
      ...facts.answers.map(({ userId }) => userId),
    ])
    // The demo's other services know the levels already.
    await projectFreelancers({ publish: async () => {} }, tx, [...freelancers])
  })
}

export { type SeedPicture, type SeedWork, seedPictures } from './seed-pictures.ts'
