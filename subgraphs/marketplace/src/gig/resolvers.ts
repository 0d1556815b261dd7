import { hasScope } from '@gigraph/shared/auth'
import { badUserInput, payload } from '@gigraph/shared/errors'
import { load } from '@gigraph/shared/graphql'
import { renderMarkdown } from '@gigraph/shared/markdown'
import type { Resolvers } from '../__generated__/schema.ts'
import { categoryOf } from '../category/category.ts'
import type { Context } from '../context.ts'
import { changeStatus } from './change-status.ts'
import { createGig } from './create-gig.ts'
import { duplicateGig } from './duplicate-gig.ts'
import type { Gig, GigVersion } from './gig.ts'
import { draftOf, type GigInStanding, gigById, gigBySlug } from './gig-store.ts'
import { listGigsOnOffer, listOwnGigs } from './list-gigs.ts'
import { seesGig } from './policy.ts'
import { submitGig } from './submit-gig.ts'
import { updateGig } from './update-gig.ts'

const visible = (ctx: Context, gig: GigInStanding | null): Gig | null =>
  gig && seesGig(ctx.viewer, gig, gig.sellerInGoodStanding) ? gig : null

const isInside = (ctx: Context, gig: Gig): boolean =>
  ctx.viewer?.id === gig.sellerId || hasScope(ctx.viewer, 'content:moderate')

const contentFields = {
  category: ({ categoryId }: GigVersion) => categoryOf(categoryId),
  packages: ({ content }: GigVersion) => content.packages,
  extras: ({ content }: GigVersion) => content.extras,
  faq: ({ content }: GigVersion) => content.faq,
  requirements: ({ content }: GigVersion) => content.requirements,
  images: ({ content }: GigVersion) => (content.images ?? []).map((id) => ({ id })),
}

export const gigResolvers: Resolvers = {
  Query: {
    gig: async (_, { id, slug }, ctx) => {
      if ((id == null) === (slug == null)) throw badUserInput('Pass either id or slug.', 'id')
      return visible(ctx, id == null ? await load(ctx, gigBySlug, slug ?? '') : await load(ctx, gigById, id))
    },
  },
  Mutation: {
    createGig: async (_, { input }, ctx) => payload('gig', await createGig(ctx, input)),
    updateGig: async (_, { input }, ctx) => payload('gig', await updateGig(ctx, input)),
    submitGig: async (_, { input }, ctx) => payload('gig', await submitGig(ctx, input)),
    pauseGig: async (_, { input }, ctx) => payload('gig', await changeStatus(ctx, input.gigId, 'pause')),
    resumeGig: async (_, { input }, ctx) => payload('gig', await changeStatus(ctx, input.gigId, 'resume')),
    archiveGig: async (_, { input }, ctx) => payload('gig', await changeStatus(ctx, input.gigId, 'archive')),
    duplicateGig: async (_, { input }, ctx) => payload('gig', await duplicateGig(ctx, input)),
  },
  User: {
    __resolveReference: ({ id }) => ({ id }),
    gigs: ({ id }, args, ctx) => listGigsOnOffer(ctx, id, args),
  },
  Viewer: {
    __resolveReference: ({ id }, ctx) => (ctx.viewer?.id === id ? { id } : null),
    gigs: ({ id }, args, ctx) => listOwnGigs(ctx, id, args),
    drafts: ({ id }, args, ctx) => listOwnGigs(ctx, id, { ...args, status: ['DRAFT', 'PENDING_REVIEW'] }),
  },
  Gig: {
    __resolveReference: async ({ id }, ctx) => visible(ctx, await load(ctx, gigById, id)),
    seller: ({ sellerId }) => ({ id: sellerId }),
    version: ({ shown }) => shown.version,
    title: ({ shown }) => shown.title,
    description: ({ shown }) => shown.description,
    descriptionHtml: ({ shown }) => renderMarkdown(shown.description),
    tags: ({ shown }) => shown.tags,
    category: ({ shown }) => contentFields.category(shown),
    packages: ({ shown }) => contentFields.packages(shown),
    extras: ({ shown }) => contentFields.extras(shown),
    faq: ({ shown }) => contentFields.faq(shown),
    requirements: ({ shown }) => contentFields.requirements(shown),
    images: ({ shown }) => contentFields.images(shown),
    startingPrice: ({ shown }) =>
      shown.priceMinor === null ? null : { amountMinor: shown.priceMinor, currency: shown.currency },
    deliveryDays: ({ shown }) => shown.deliveryDays,
    rating: ({ ratingCount, ratingSum }) =>
      ratingCount === 0 ? null : Math.round((ratingSum * 100) / ratingCount) / 100,
    moderationReason: (gig, _, ctx) => (isInside(ctx, gig) ? gig.reason : null),
    pendingChange: (gig, _, ctx) =>
      isInside(ctx, gig) && gig.publishedVersion !== null && gig.draftVersion > gig.publishedVersion
        ? load(ctx, draftOf, gig.id)
        : null,
  },
  GigChange: contentFields,
}
