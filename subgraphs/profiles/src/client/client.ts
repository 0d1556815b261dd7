import { z } from 'zod'
import { completeness } from '../freelancer/completeness.ts'
import { country, timeZone } from '../places/places.ts'
import type { clientProfiles } from '../tables.ts'
import { industries } from './industries.ts'

export type ClientProfile = typeof clientProfiles.$inferSelect

const companySizes = ['SELF', 'SMALL', 'MEDIUM', 'LARGE', 'ENTERPRISE'] as const

const name = (what: string) =>
  z
    .string()
    .trim()
    .min(1, { error: `Give your ${what}.` })
    .max(80, { error: `Your ${what} has at most 80 characters.` })

const details = {
  companyName: z.string().trim().min(1).max(120, { error: 'A company name has at most 120 characters.' }).nullish(),
  companySize: z.enum(companySizes).nullish(),
  registrationNumber: z.string().trim().min(1).max(40).nullish(),
  industry: z.enum(industries, { error: 'Choose one of the industries.' }).nullish(),
  website: z.url().max(300).nullish(),
  bio: z.string().trim().max(3_000, { error: 'A bio has at most 3,000 characters.' }).nullish(),
  country: country.nullish(),
  city: z.string().trim().min(1).max(80).nullish(),
  timeZone: timeZone.nullish(),
}

/** What `createClientProfile` takes. */
export const newClientProfile = z.object({ firstName: name('first name'), lastName: name('last name'), ...details })

/** What `updateClientProfile` changes: absent fields stay, null empties. Names cannot be emptied. */
export const clientChanges = z.object({
  firstName: name('first name').optional(),
  lastName: name('last name').optional(),
  ...details,
})

/** What a complete client profile has. */
export const clientCompleteness = (profile: ClientProfile, { hasPicture }: { readonly hasPicture: boolean }) =>
  completeness([
    { name: 'name', weight: 25, done: profile.firstName !== '' && profile.lastName !== '' },
    { name: 'bio', weight: 20, done: profile.bio.length >= 40 },
    { name: 'country', weight: 15, done: profile.country !== null },
    { name: 'industry', weight: 15, done: profile.industry !== null },
    { name: 'companySize', weight: 10, done: profile.companySize !== null },
    { name: 'timeZone', weight: 5, done: profile.timeZone !== null },
    { name: 'website', weight: 5, done: profile.website !== null },
    { name: 'picture', weight: 5, done: hasPicture },
  ])
