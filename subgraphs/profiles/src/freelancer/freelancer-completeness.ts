import { load } from '@gigraph/shared/graphql'
import { avatarByUserId } from '../avatar/avatar-store.ts'
import type { Context } from '../context.ts'
import { entriesByUserId } from '../entry/entry-store.ts'
import { type Completeness, completeness } from './completeness.ts'
import type { FreelancerProfile } from './freelancer.ts'

/** What a complete freelancer profile has: what clients look at before they order. */
export const freelancerCompleteness = async (ctx: Context, profile: FreelancerProfile): Promise<Completeness> => {
  const { userId } = profile
  const [picture, entries] = await Promise.all([load(ctx, avatarByUserId, userId), load(ctx, entriesByUserId, userId)])
  return completeness([
    { name: 'bio', weight: 20, done: profile.bio.length >= 100 },
    { name: 'skills', weight: 20, done: profile.skills.length >= 3 },
    { name: 'headline', weight: 15, done: profile.headline.length >= 10 },
    { name: 'hourlyRate', weight: 10, done: profile.hourlyRateMinor !== null },
    { name: 'languages', weight: 10, done: profile.languages.length > 0 },
    { name: 'picture', weight: 10, done: picture !== null },
    { name: 'portfolio', weight: 5, done: (entries ?? []).some(({ kind }) => kind === 'PORTFOLIO') },
    { name: 'country', weight: 5, done: profile.country !== null },
    { name: 'timeZone', weight: 5, done: profile.timeZone !== null },
  ])
}
