import { payload } from '@gigraph/shared/errors'
import { asksFor, load } from '@gigraph/shared/graphql'
import { renderMarkdown } from '@gigraph/shared/markdown'
import type { Resolvers } from '../__generated__/schema.ts'
import { countryName, languageName } from '../places/places.ts'
import { isAvailableNow } from './freelancer.ts'
import { freelancerCompleteness } from './freelancer-completeness.ts'
import { freelancerByUserId } from './freelancer-store.ts'
import { explainLevel, measure } from './level.ts'
import { type FoundFreelancers, searchFreelancers } from './search-freelancers.ts'
import { setAvailability } from './set-availability.ts'
import { setSkills } from './set-skills.ts'
import { updateFreelancerProfile } from './update-freelancer-profile.ts'

/** Counted with the page, because the selection asks for it: see `asksFor`. */
const spreadOf = ({ spread }: FoundFreelancers) => {
  if (!spread) throw new Error('the freelancers were not counted')
  return spread
}

export const freelancerResolvers: Resolvers = {
  Query: {
    freelancers: (_, args, ctx, info) => searchFreelancers(ctx, args, asksFor(info, ['totalCount', 'facets'])),
  },
  Mutation: {
    updateFreelancerProfile: async (_, { input }, ctx) =>
      payload('freelancerProfile', await updateFreelancerProfile(ctx, input)),
    setSkills: async (_, { input }, ctx) => payload('freelancerProfile', await setSkills(ctx, input)),
    setAvailability: async (_, { input }, ctx) => payload('freelancerProfile', await setAvailability(ctx, input)),
  },
  FreelancerProfileConnection: {
    totalCount: (found) => spreadOf(found).totalCount,
    facets: (found) => {
      const { levels, countries } = spreadOf(found)
      return {
        levels: [...levels],
        countries: countries.map(({ code, count }) => ({ country: { code, name: countryName(code) }, count })),
      }
    },
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    freelancerProfile: ({ id }, _, ctx) => load(ctx, freelancerByUserId, id),
  },
  Viewer: {
    __resolveReference: ({ id }, ctx) => (ctx.viewer?.id === id ? { id } : null),
    freelancerProfile: ({ id }, _, ctx) => load(ctx, freelancerByUserId, id),
  },
  FreelancerProfile: {
    __resolveReference: ({ userId }, ctx) => load(ctx, freelancerByUserId, userId),
    id: ({ userId }) => userId,
    user: ({ userId }) => ({ id: userId }),
    hourlyRate: ({ hourlyRateMinor, hourlyRateCurrency }) =>
      hourlyRateMinor === null ? null : { amountMinor: hourlyRateMinor, currency: hourlyRateCurrency ?? 'USD' },
    country: ({ country }) => (country ? { code: country, name: countryName(country) } : null),
    languages: ({ languages }) => languages.map((language) => ({ ...language, name: languageName(language.code) })),
    availability: (profile, _, ctx) => ({
      status: profile.availability,
      availableNow: isAvailableNow(profile, ctx.clock.now()),
      hoursPerWeek: profile.hoursPerWeek,
      awayFrom: profile.awayFromOn,
      awayTo: profile.awayToOn,
      note: profile.availabilityNote,
    }),
    stats: (profile) => {
      const values = measure(profile)
      const ended = profile.ordersCompleted + profile.ordersFailed
      return {
        ordersCompleted: profile.ordersCompleted,
        completionRate: ended > 0 ? values.COMPLETION_RATE : null,
        onTimeRate: profile.ordersCompleted > 0 ? values.ON_TIME_RATE : null,
        rating: profile.ratingCount > 0 ? values.RATING : null,
        ratingCount: profile.ratingCount,
        responseTimeMinutes:
          profile.answers > 0 ? Math.max(1, Math.round(profile.answerSeconds / profile.answers / 60)) : null,
        repeatClients: profile.repeatClients,
      }
    },
    levelExplanation: (profile) =>
      explainLevel(profile.level, profile).map((step) => ({ ...step, met: step.value >= step.needed })),
    completeness: (profile, _, ctx) =>
      ctx.viewer?.id === profile.userId ? freelancerCompleteness(ctx, profile) : null,
    bioHtml: ({ bio }) => renderMarkdown(bio),
    memberSince: ({ createdAt }) => createdAt,
  },
}
