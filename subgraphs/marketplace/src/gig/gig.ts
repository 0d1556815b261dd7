import { type Money, usd } from '@gigraph/shared/money'
import { uploadIds } from '@gigraph/shared/uploads'
import { z } from 'zod'
import { categoryOf, findOptionalCategory } from '../category/category.ts'
import type { gigs, gigVersions } from '../tables.ts'

export const tiers = ['BASIC', 'STANDARD', 'PREMIUM'] as const
export type Tier = (typeof tiers)[number]

export const LIMITS = {
  tags: 8,
  extras: 10,
  faq: 20,
  requirements: 15,
  features: 12,
  images: 8,
  gigsOfSeller: 50,
} as const

export type GigStatus = (typeof gigs.$inferSelect)['status']
export type GigVersion = typeof gigVersions.$inferSelect

/** A gig as one version of it shows it. */
export type Gig = typeof gigs.$inferSelect & { readonly shown: GigVersion }

export interface GigPackage {
  readonly tier: Tier
  readonly title: string
  readonly description: string
  readonly price: Money
  readonly deliveryDays: number
  /** Null: unlimited. */
  readonly revisions: number | null
  readonly features: readonly string[]
}
export interface GigExtra {
  readonly id: string
  readonly title: string
  readonly price: Money
  /** Days that it adds; negative for a faster delivery. */
  readonly extraDays: number
}
export interface GigRequirement {
  readonly id: string
  readonly question: string
  readonly kind: 'TEXT' | 'CHOICE' | 'FILE'
  readonly choices: readonly string[]
  readonly required: boolean
}
export interface GigFaq {
  readonly question: string
  readonly answer: string
}

/** The parts of a version that are read and written as a whole. */
export interface GigContent {
  readonly packages: readonly GigPackage[]
  readonly extras: readonly GigExtra[]
  readonly faq: readonly GigFaq[]
  readonly requirements: readonly GigRequirement[]
  /** Uploads of profiles, in the order in which they are shown; absent in versions from before there were any. */
  readonly images?: readonly string[]
}

const line = (most: number, what: string) =>
  z
    .string()
    .trim()
    .min(1, { error: `${what} is empty.` })
    .max(most, { error: `${what} has at most ${most} characters.` })

const price = (least: number) =>
  z.object({
    amountMinor: z
      .int()
      .min(least, { error: `A price is at least $${least / 100}.` })
      .max(1_000_000_00, { error: 'A price is at most $1,000,000.' }),
    currency: z.literal('USD', { error: 'Prices are in USD.' }),
  })

const packages = z
  .array(
    z.object({
      tier: z.enum(tiers),
      title: line(60, 'The title of a package'),
      description: line(500, 'The description of a package'),
      price: price(500),
      deliveryDays: z.int().min(1).max(90, { error: 'Delivery takes 1 to 90 days.' }),
      revisions: z
        .int()
        .min(0)
        .max(20, { error: 'Revisions are 0 to 20, or null for unlimited.' })
        .nullish()
        .transform((value) => value ?? null),
      features: z.array(line(80, 'A feature')).max(LIMITS.features),
    }),
  )
  .refine((list) => new Set(list.map(({ tier }) => tier)).size === list.length, { error: 'Give each tier once.' })
  .transform((list) => list.toSorted((one, other) => tiers.indexOf(one.tier) - tiers.indexOf(other.tier)))
  .refine(
    (list) =>
      list.every((each, index) => index === 0 || each.price.amountMinor >= (list[index - 1]?.price.amountMinor ?? 0)),
    {
      error: 'A higher tier costs at least as much as a lower one.',
    },
  )

const extras = z
  .array(
    z.object({
      id: z.string().max(40).nullish(),
      title: line(80, 'The title of an extra'),
      price: price(100),
      extraDays: z.int().min(-30).max(30, { error: 'An extra changes the delivery by at most 30 days.' }),
    }),
  )
  .max(LIMITS.extras, { error: `A gig has at most ${LIMITS.extras} extras.` })

const requirements = z
  .array(
    z
      .object({
        id: z.string().max(40).nullish(),
        question: line(300, 'A question'),
        kind: z.enum(['TEXT', 'CHOICE', 'FILE']),
        choices: z.array(line(100, 'A choice')).max(20),
        required: z.boolean(),
      })
      .refine(({ kind, choices }) => (kind === 'CHOICE') === choices.length > 1, {
        error: 'A question of kind CHOICE has at least two choices, others have none.',
        path: ['choices'],
      }),
  )
  .max(LIMITS.requirements, { error: `A gig asks at most ${LIMITS.requirements} questions.` })

const fields = {
  title: line(90, 'The title').min(10, { error: 'A title has at least 10 characters.' }),
  description: z.string().trim().max(10_000, { error: 'A description has at most 10,000 characters.' }),
  categoryId: z.string().refine((id) => (findOptionalCategory(id)?.parentId ?? null) !== null, {
    error: 'Choose a category of the lower level.',
  }),
  tags: z
    .array(
      line(30, 'A tag').regex(/^[\p{L}\p{N}][\p{L}\p{N} .+#&-]*$/u, { error: 'A tag is made of letters and digits.' }),
    )
    .max(LIMITS.tags, { error: `A gig has at most ${LIMITS.tags} tags.` })
    .transform((tags) => [...new Set(tags.map((tag) => tag.toLowerCase()))]),
  packages,
  extras,
  faq: z
    .array(z.object({ question: line(200, 'A question'), answer: line(1_000, 'An answer') }))
    .max(LIMITS.faq, { error: `A gig has at most ${LIMITS.faq} questions and answers.` }),
  requirements,
  imageIds: uploadIds(LIMITS.images),
}

/** What `createGig` takes: a draft may lack all but title and category. */
export const newGig = z.object({
  ...fields,
  description: fields.description.nullish().transform((text) => text ?? ''),
  tags: fields.tags.nullish().transform((list) => list ?? []),
  packages: packages.nullish().transform((list) => list ?? []),
  extras: extras.nullish().transform((list) => list ?? []),
  faq: fields.faq.nullish().transform((list) => list ?? []),
  requirements: requirements.nullish().transform((list) => list ?? []),
  imageIds: fields.imageIds.nullish().transform((list) => list ?? []),
})

/** What `updateGig` changes: absent (or null) fields stay as they are. */
export const gigChanges = z.object({
  gigId: z.string(),
  title: fields.title.nullish(),
  description: fields.description.nullish(),
  categoryId: fields.categoryId.nullish(),
  tags: fields.tags.nullish(),
  packages: packages.nullish(),
  extras: extras.nullish(),
  faq: fields.faq.nullish(),
  requirements: requirements.nullish(),
  imageIds: fields.imageIds.nullish(),
})

/** What a version is made from. */
export interface GigDraft {
  readonly title: string
  readonly description: string
  readonly categoryId: string
  readonly tags: readonly string[]
  readonly content: GigContent
}

/** The columns of a version: the draft itself, and what search reads of it. */
export const versionOf = (
  draft: GigDraft,
): Omit<typeof gigVersions.$inferInsert, 'gigId' | 'version' | 'createdAt'> => {
  const category = categoryOf(draft.categoryId)
  const top = category.parentId ? categoryOf(category.parentId) : category
  const { packages: offered } = draft.content
  return {
    title: draft.title,
    description: draft.description,
    categoryId: category.id,
    topCategoryId: top.id,
    tags: [...draft.tags],
    content: draft.content,
    keywords: [...draft.tags, category.name, top.name].join(', '),
    priceMinor: offered.length === 0 ? null : Math.min(...offered.map((each) => each.price.amountMinor)),
    currency: offered[0]?.price.currency ?? usd(0).currency,
    deliveryDays: offered.length === 0 ? null : Math.min(...offered.map((each) => each.deliveryDays)),
  }
}

/** What a draft still lacks to be shown to buyers, as paths of input fields with what to do. */
export const missingForPublication = (draft: Pick<GigDraft, 'description' | 'tags' | 'content'>) => [
  ...(draft.description.length < 100
    ? [{ field: 'description', message: 'Describe what buyers get, in at least 100 characters.' }]
    : []),
  ...(draft.content.packages.length === 0 ? [{ field: 'packages', message: 'Offer at least one package.' }] : []),
  ...(draft.tags.length === 0 ? [{ field: 'tags', message: 'Add at least one tag.' }] : []),
]
