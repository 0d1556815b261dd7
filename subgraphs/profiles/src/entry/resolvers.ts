import type { Result } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import type { Context } from '../context.ts'
import type { FreelancerProfile } from '../freelancer/freelancer.ts'
import { imageById } from '../upload/upload-store.ts'
import { addEntry, removeEntry, reorderPortfolio, updateEntry } from './change-entries.ts'
import { type Entry, type EntryKind, entryOf } from './entry.ts'
import { entriesByUserId } from './entry-store.ts'

type Changed = Result<{ readonly freelancerProfile: FreelancerProfile; readonly entry: Entry | null }>

const shown = (changed: Changed) => ({
  freelancerProfile: changed.ok ? changed.value.freelancerProfile : null,
  userErrors: changed.ok ? [] : changed.errors,
})
const added = (changed: Changed) => (changed.ok ? changed.value.entry : null)

/** Entries of one kind: the portfolio in its own order, the others with the latest first. */
const entriesOf = async (ctx: Context, { userId }: FreelancerProfile, kind: EntryKind): Promise<Entry[]> => {
  const entries = ((await load(ctx, entriesByUserId, userId)) ?? []).filter((entry) => entry.kind === kind).map(entryOf)
  if (kind === 'PORTFOLIO') return entries
  const latest = ({ endedOn, startedOn }: Entry) => `${endedOn ?? '9999'} ${startedOn ?? ''}`
  return entries.toSorted((one, other) => (latest(one) < latest(other) ? 1 : -1))
}

const startOf = (entry: Entry): string => entry.startedOn ?? ''

export const entryResolvers: Resolvers = {
  Mutation: {
    addPortfolioItem: async (_, { input }, ctx) => {
      const changed = await addEntry(ctx, 'PORTFOLIO', input)
      return { ...shown(changed), portfolioItem: added(changed) }
    },
    updatePortfolioItem: async (_, { input }, ctx) => shown(await updateEntry(ctx, 'PORTFOLIO', { ...input })),
    removePortfolioItem: async (_, { input }, ctx) => shown(await removeEntry(ctx, 'PORTFOLIO', input)),
    reorderPortfolio: async (_, { input }, ctx) => shown(await reorderPortfolio(ctx, input)),
    addExperience: async (_, { input }, ctx) => {
      const changed = await addEntry(ctx, 'EXPERIENCE', input)
      return { ...shown(changed), experience: added(changed) }
    },
    updateExperience: async (_, { input }, ctx) => shown(await updateEntry(ctx, 'EXPERIENCE', { ...input })),
    removeExperience: async (_, { input }, ctx) => shown(await removeEntry(ctx, 'EXPERIENCE', input)),
    addEducation: async (_, { input }, ctx) => {
      const changed = await addEntry(ctx, 'EDUCATION', input)
      return { ...shown(changed), education: added(changed) }
    },
    updateEducation: async (_, { input }, ctx) => shown(await updateEntry(ctx, 'EDUCATION', { ...input })),
    removeEducation: async (_, { input }, ctx) => shown(await removeEntry(ctx, 'EDUCATION', input)),
    addCertification: async (_, { input }, ctx) => {
      const changed = await addEntry(ctx, 'CERTIFICATION', input)
      return { ...shown(changed), certification: added(changed) }
    },
    updateCertification: async (_, { input }, ctx) => shown(await updateEntry(ctx, 'CERTIFICATION', { ...input })),
    removeCertification: async (_, { input }, ctx) => shown(await removeEntry(ctx, 'CERTIFICATION', input)),
  },
  Experience: { startedOn: startOf },
  PortfolioItem: {
    images: async ({ imageIds }, _, ctx) => {
      const images = await Promise.all(imageIds.map((id) => load(ctx, imageById, id)))
      return images.filter((image) => image !== null)
    },
  },
  FreelancerProfile: {
    portfolio: (profile, _, ctx) => entriesOf(ctx, profile, 'PORTFOLIO'),
    experience: (profile, _, ctx) => entriesOf(ctx, profile, 'EXPERIENCE'),
    education: (profile, _, ctx) => entriesOf(ctx, profile, 'EDUCATION'),
    certifications: (profile, _, ctx) => entriesOf(ctx, profile, 'CERTIFICATION'),
  },
}
