import { hasScope } from '@gigraph/shared/auth'
import { payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { renderMarkdown } from '@gigraph/shared/markdown'
import type { Resolvers } from '../__generated__/schema.ts'
import { avatarByUserId } from '../avatar/avatar-store.ts'
import type { Context } from '../context.ts'
import { freelancerCompleteness } from '../freelancer/freelancer-completeness.ts'
import { freelancerByUserId } from '../freelancer/freelancer-store.ts'
import { countryName } from '../places/places.ts'
import { type ClientProfile, clientCompleteness } from './client.ts'
import { bandOf, jobsByClient, spendingByClient, spendingOf } from './client-numbers.ts'
import { clientByUserId } from './client-store.ts'
import { createClientProfile } from './create-client-profile.ts'
import { industries } from './industries.ts'
import { updateClientProfile } from './update-client-profile.ts'

/** The client and the staff who check clients see the private part. */
export const seesPrivate = (ctx: Context, profile: ClientProfile): boolean =>
  ctx.viewer?.id === profile.userId || hasScope(ctx.viewer, 'profiles:verify')

const privately =
  <T>(read: (profile: ClientProfile, ctx: Context) => T) =>
  (profile: ClientProfile, _: unknown, ctx: Context): T | null =>
    seesPrivate(ctx, profile) ? read(profile, ctx) : null

const completenessOf = async (ctx: Context, profile: ClientProfile) =>
  clientCompleteness(profile, { hasPicture: (await load(ctx, avatarByUserId, profile.userId)) !== null })

export const clientResolvers: Resolvers = {
  Query: { industries: () => [...industries] },
  Mutation: {
    createClientProfile: async (_, { input }, ctx) => payload('clientProfile', await createClientProfile(ctx, input)),
    updateClientProfile: async (_, { input }, ctx) => payload('clientProfile', await updateClientProfile(ctx, input)),
  },
  User: { clientProfile: ({ id }, _, ctx) => load(ctx, clientByUserId, id) },
  Viewer: {
    clientProfile: ({ id }, _, ctx) => load(ctx, clientByUserId, id),
    profileCompleteness: async ({ id }, _, ctx) => {
      const freelancer = await load(ctx, freelancerByUserId, id)
      if (freelancer) return freelancerCompleteness(ctx, freelancer)
      const client = await load(ctx, clientByUserId, id)
      return client && completenessOf(ctx, client)
    },
  },
  ClientProfile: {
    __resolveReference: ({ userId }, ctx) => load(ctx, clientByUserId, userId),
    id: ({ userId }) => userId,
    user: ({ userId }) => ({ id: userId }),
    firstName: privately((profile) => profile.firstName || null),
    lastName: privately((profile) => profile.lastName || null),
    registrationNumber: privately((profile) => profile.registrationNumber),
    country: ({ country }) => (country ? { code: country, name: countryName(country) } : null),
    verification: (profile, _, ctx) => ({
      status: profile.verification,
      reason: seesPrivate(ctx, profile) ? profile.verificationReason : null,
      decidedAt: profile.verificationDecidedAt,
    }),
    completeness: privately((profile, ctx) => completenessOf(ctx, profile)),
    bioHtml: ({ bio }) => renderMarkdown(bio),
    verificationNote: privately((profile) => profile.verificationNote),
    jobStats: async ({ userId }, _, ctx) => {
      const { posted = 0, open = 0, filled = 0, average_budget = null } = (await load(ctx, jobsByClient, userId)) ?? {}
      const over = posted - open
      return {
        posted,
        open,
        filled,
        hireRate: over === 0 ? null : Math.round((filled * 1_000) / over) / 10,
        averageBudget: average_budget === null ? null : { amountMinor: average_budget, currency: 'USD' },
      }
    },
    spendingBand: async ({ userId }, _, ctx) =>
      bandOf(spendingOf((await load(ctx, spendingByClient, userId)) ?? []).total.amountMinor),
    spending: async (profile, _, ctx) =>
      seesPrivate(ctx, profile) ? spendingOf((await load(ctx, spendingByClient, profile.userId)) ?? []) : null,
    memberSince: ({ createdAt }) => createdAt,
  },
}
