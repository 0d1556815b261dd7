import { z } from 'zod'
import { country, day, languageCode, timeZone } from '../places/places.ts'
import type { freelancerProfiles } from '../tables.ts'

export type FreelancerProfile = Omit<
  typeof freelancerProfiles.$inferSelect,
  'document' | 'standing' | 'rated' | 'cheap' | 'dear' | 'newest'
>

/** How well somebody commands a skill: 1 basic, 2 good, 3 expert. */
export interface Skill {
  readonly slug: string
  readonly name: string
  readonly level: number
}

export const proficiencies = ['BASIC', 'CONVERSATIONAL', 'FLUENT', 'NATIVE'] as const

/** A language and how well it is spoken. */
export interface SpokenLanguage {
  readonly code: string
  readonly proficiency: (typeof proficiencies)[number]
}

const unique = <T>(items: readonly T[], key: (item: T) => string) => new Set(items.map(key)).size === items.length

/** 1 to 1,000 USD an hour. */
const hourlyRate = z.object({
  amountMinor: z
    .int()
    .min(100, { error: 'An hourly rate is at least $1.' })
    .max(100_000, { error: 'An hourly rate is at most $1,000.' }),
  currency: z.literal('USD', { error: 'Rates are in USD.' }),
})

const languages = z
  .array(z.object({ code: languageCode, proficiency: z.enum(proficiencies) }))
  .max(10, { error: 'Name at most 10 languages.' })
  .refine((list) => unique(list, (each) => each.code), { error: 'Name each language once.' })

/** What `updateFreelancerProfile` changes: absent fields stay; null empties where that is possible. */
export const freelancerChanges = z.object({
  headline: z.string().trim().max(120, { error: 'A headline has at most 120 characters.' }).nullish(),
  bio: z.string().trim().max(5_000, { error: 'A bio has at most 5,000 characters.' }).nullish(),
  hourlyRate: hourlyRate.nullish(),
  country: country.nullish(),
  timeZone: timeZone.nullish(),
  languages: languages.nullish(),
})

/** What `setSkills` takes. */
export const skillList = z.object({
  skills: z
    .array(
      z.object({
        name: z
          .string()
          .trim()
          .regex(/^[\p{L}\p{N}][\p{L}\p{N} .+#/&-]{0,39}$/u, {
            error: 'A skill is 1 to 40 letters, digits or . + # / & -.',
          }),
        level: z.int().min(1).max(3, { error: 'A level is 1 (basic), 2 (good) or 3 (expert).' }),
      }),
    )
    .max(30, { error: 'Name at most 30 skills.' }),
})

/** What `setAvailability` takes. */
export const availabilityChange = z
  .object({
    status: z.enum(['AVAILABLE', 'BUSY', 'AWAY']),
    hoursPerWeek: z.int().min(1).max(80, { error: 'Hours a week are from 1 to 80.' }).nullish(),
    awayFrom: day.nullish(),
    awayTo: day.nullish(),
    note: z.string().trim().max(300).nullish(),
  })
  .refine(({ awayFrom, awayTo }) => (awayFrom == null) === (awayTo == null), {
    error: 'Give both the first and the last day away, or neither.',
    path: ['awayTo'],
  })
  .refine(({ awayFrom, awayTo }) => !awayFrom || !awayTo || awayFrom <= awayTo, {
    error: 'The last day away is before the first.',
    path: ['awayTo'],
  })

/** Whether work can start today: open for it, and not within the days away. */
export const isAvailableNow = (
  profile: Pick<FreelancerProfile, 'availability' | 'awayFromOn' | 'awayToOn'>,
  now: Date,
): boolean => {
  const today = now.toISOString().slice(0, 10)
  const away = profile.awayFromOn && profile.awayToOn && profile.awayFromOn <= today && today <= profile.awayToOn
  return profile.availability === 'AVAILABLE' && !away
}

/** A skill's name as a key: `C++` and `c++` are one skill. */
export const skillSlug = (name: string): string =>
  name
    .toLowerCase()
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll('+', ' plus ')
    .replaceAll('#', ' sharp ')
    .replaceAll(/[^\p{L}\p{N}]+/gu, '-')
    .replaceAll(/^-|-$/g, '')
