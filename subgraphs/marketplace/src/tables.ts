import { type SQL, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  smallint,
  text,
  timestamp,
  unique,
  uuid,
} from 'drizzle-orm/pg-core'
import type { GigContent } from './gig/gig.ts'
import type { Milestone } from './proposal/milestones.ts'
import type { Answer } from './proposal/proposal.ts'

export { inbox, outbox } from '@gigraph/shared/events'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
/** Title, keywords and text as weighted words; `plain_text` is the first migration's. */
const documentOf = (keywords: string) => (): SQL =>
  sql`setweight(to_tsvector('english', plain_text(title)), 'A') || setweight(to_tsvector('english', plain_text(${sql.raw(keywords)})), 'B') || setweight(to_tsvector('english', plain_text(left(description, 4000))), 'C')`
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })

/** What this service knows of the people who offer and seek, from the events of identity and profiles. */
export const sellers = pgTable(
  'sellers',
  {
    userId: uuid('user_id').primaryKey(),
    /** As identity told them last. */
    roles: text('roles').array().notNull().default([]),
    rolesAt: instant('roles_at'),
    emailVerifiedAt: instant('email_verified_at'),
    suspendedAt: instant('suspended_at'),
    /** When the newest event on suspension happened: an older one that arrives later says nothing. */
    standingAt: instant('standing_at'),
    deletedAt: instant('deleted_at'),
    /** 1 NEW to 4 TOP. */
    level: smallint('level').notNull().default(1),
    levelAt: instant('level_at'),
    levelEvent: uuid('level_event'),
    languages: text('languages').array().notNull().default([]),
    country: text('country'),
    availableNow: boolean('available_now').notNull().default(true),
    profileAt: instant('profile_at'),
    profileEvent: uuid('profile_event'),
  },
  (table) => [
    // Few; asked for each job and tool that is listed.
    index('sellers_out_of_standing')
      .on(table.userId)
      .where(sql`${table.suspendedAt} is not null or ${table.deletedAt} is not null`),
  ],
)

export const gigStatuses = ['DRAFT', 'PENDING_REVIEW', 'ACTIVE', 'PAUSED', 'REMOVED', 'ARCHIVED'] as const

export const gigs = pgTable(
  'gigs',
  {
    id: uuid('id').primaryKey(),
    sellerId: uuid('seller_id').notNull(),
    slug: text('slug').notNull().unique(),
    status: text('status', { enum: gigStatuses }).notNull(),
    /** The version that buyers see; null until the first approval. */
    publishedVersion: integer('published_version'),
    /** The newest version; greater than the published one while a change waits for approval. */
    draftVersion: integer('draft_version').notNull(),
    /** Why staff rejected or removed it. */
    reason: text('reason'),
    /** Since when something of it waits for staff. */
    waitingSince: instant('waiting_since'),
    /** What it had when it came here; what happened since stands in `gig_feedback`. */
    importedRatingCount: integer('imported_rating_count').notNull().default(0),
    importedRatingSum: integer('imported_rating_sum').notNull().default(0),
    importedSales: integer('imported_sales').notNull().default(0),
    /** Derived, by `countFeedback`, from what was imported and what happened since. */
    ratingCount: integer('rating_count').notNull().default(0),
    ratingSum: integer('rating_sum').notNull().default(0),
    sales: integer('sales').notNull().default(0),
    createdAt: instant('created_at').notNull(),
    publishedAt: instant('published_at'),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    index('gigs_of_seller').on(table.sellerId, table.createdAt, table.id),
    index('gigs_waiting').on(table.waitingSince, table.id).where(sql`${table.waitingSince} is not null`),
  ],
)

/**
 * What happened to a gig, as events told it: a completed order, or a review as it stands. The numbers of a gig are a pure
 * function of these rows, so events may come twice and in any order.
 */
export const gigFeedback = pgTable(
  'gig_feedback',
  {
    /** Of the order or of the review. */
    sourceId: uuid('source_id').primaryKey(),
    gigId: uuid('gig_id').notNull(),
    kind: text('kind', { enum: ['SALE', 'REVIEW'] }).notNull(),
    /** Of a review, 1 to 5; null while only its hiding was heard of. */
    rating: smallint('rating'),
    /** A review that staff hid counts for nothing. */
    hidden: boolean('hidden').notNull().default(false),
    /** When `hidden` was true: what is older and arrives later says nothing. */
    happenedAt: instant('happened_at').notNull(),
  },
  (table) => [index('gig_feedback_of_gig').on(table.gigId)],
)

/** What a gig offers. A version that was published never changes: orders refer to it. */
export const gigVersions = pgTable(
  'gig_versions',
  {
    gigId: uuid('gig_id')
      .notNull()
      .references(() => gigs.id),
    version: integer('version').notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    categoryId: text('category_id').notNull(),
    topCategoryId: text('top_category_id').notNull(),
    tags: text('tags').array().notNull(),
    content: jsonb('content').$type<GigContent>().notNull(),
    /** Words beside title and description that search knows it by. */
    keywords: text('keywords').notNull(),
    /** Of the cheapest package; null while there is none. */
    priceMinor: bigint('price_minor', { mode: 'number' }),
    currency: text('currency').notNull(),
    /** Of the fastest package. */
    deliveryDays: integer('delivery_days'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [primaryKey({ columns: [table.gigId, table.version] })],
)

/** What waits to be brought into a GIN index is read by every search: little may wait, in KiB. */
const WAITING_WORDS = 64

/**
 * The active gigs of sellers in good standing, derived from the tables above by `relist`. Narrow, because a search for a common
 * word reads many of its rows.
 */
export const listings = pgTable(
  'listings',
  {
    gigId: uuid('gig_id').primaryKey(),
    sellerId: uuid('seller_id').notNull(),
    publishedAt: instant('published_at').notNull(),
    priceMinor: bigint('price_minor', { mode: 'number' }).notNull(),
    deliveryDays: integer('delivery_days').notNull(),
    /** Average × 100; 0 without reviews. */
    rating: integer('rating').notNull(),
    sales: integer('sales').notNull(),
    /** How well it has done so far, for the order of equal matches; see `relist`. */
    quality: integer('quality').notNull(),
    level: smallint('level').notNull(),
    availableNow: boolean('available_now').notNull(),
    /** Category, price band, delivery band and level in one number; see `bucket`. */
    bucket: integer('bucket').notNull(),
    tags: text('tags').array().notNull(),
    languages: text('languages').array().notNull(),
    /** Title (weight A), tags and categories (B): what ranks, and what matches common words. */
    heading: tsvector('heading').notNull(),
  },
  (table) => [
    index('listings_heading').using('gin', table.heading).with({ gin_pending_list_limit: WAITING_WORDS }),
    index('listings_tags').using('gin', table.tags).with({ gin_pending_list_limit: WAITING_WORDS }),
    // What search counts by and filters by, so that counting without words reads this alone.
    index('listings_counts').on(
      table.bucket,
      table.priceMinor,
      table.deliveryDays,
      table.rating,
      table.level,
      table.availableNow,
    ),
    index('listings_seller').on(table.sellerId),
    index('listings_quality').on(table.quality, table.gigId),
    index('listings_newest').on(table.publishedAt, table.gigId),
    index('listings_price').on(table.priceMinor, table.gigId),
    index('listings_rating').on(table.rating, table.gigId),
    index('listings_sales').on(table.sales, table.gigId),
  ],
)

/** All words of a listing, the description's too: asked only for words that few headings have. */
export const listingTexts = pgTable(
  'listing_texts',
  {
    gigId: uuid('gig_id')
      .primaryKey()
      .references(() => listings.gigId, { onDelete: 'cascade' }),
    document: tsvector('document').notNull(),
  },
  (table) => [
    index('listing_texts_document').using('gin', table.document).with({ gin_pending_list_limit: WAITING_WORDS }),
  ],
)

/** Every word of titles and tags: what misspelt words are corrected to and prefixes completed to. */
export const searchWords = pgTable(
  'search_words',
  {
    word: text('word').primaryKey(),
    /** Roughly how many listings have it. */
    uses: integer('uses').notNull(),
  },
  (table) => [
    index('search_words_similar').using('gin', table.word.op('gin_trgm_ops')),
    index('search_words_prefix').on(table.word.op('text_pattern_ops')),
  ],
)

export const jobStatuses = ['OPEN', 'FILLED', 'CLOSED', 'EXPIRED', 'REMOVED'] as const
export const proposalStatuses = ['SUBMITTED', 'SHORTLISTED', 'ACCEPTED', 'DECLINED', 'WITHDRAWN'] as const
export const offerStatuses = ['SENT', 'ACCEPTED', 'DECLINED', 'WITHDRAWN', 'EXPIRED'] as const
export const invitationStatuses = ['SENT', 'APPLIED', 'DECLINED', 'WITHDRAWN'] as const
export const toolStatuses = ['DRAFT', 'PENDING_REVIEW', 'ACTIVE', 'PAUSED', 'REMOVED'] as const

export const jobs = pgTable(
  'jobs',
  {
    id: uuid('id').primaryKey(),
    clientId: uuid('client_id').notNull(),
    status: text('status', { enum: jobStatuses }).notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    categoryId: text('category_id').notNull(),
    topCategoryId: text('top_category_id').notNull(),
    skills: text('skills').array().notNull(),
    /** `skills` as one text, for search. */
    keywords: text('keywords').notNull(),
    budgetKind: text('budget_kind', { enum: ['FIXED', 'HOURLY'] }).notNull(),
    budgetMinMinor: bigint('budget_min_minor', { mode: 'number' }).notNull(),
    budgetMaxMinor: bigint('budget_max_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    duration: text('duration', { enum: ['DAYS', 'WEEKS', 'MONTHS', 'ONGOING'] }).notNull(),
    level: text('level', { enum: ['ENTRY', 'INTERMEDIATE', 'EXPERT'] }).notNull(),
    questions: text('questions').array().notNull(),
    /** Files of profiles' uploads, private: given out to those who see the job. */
    attachments: text('attachments').array().notNull().default([]),
    /** Why staff removed it. */
    reason: text('reason'),
    filledBy: uuid('filled_by'),
    postedAt: instant('posted_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    document: tsvector('document').generatedAlwaysAs(documentOf('keywords')),
  },
  (table) => [
    index('jobs_of_client').on(table.clientId, table.postedAt, table.id),
    index('jobs_open').on(table.postedAt, table.id).where(sql`${table.status} = 'OPEN'`),
    index('jobs_expiring').on(table.expiresAt).where(sql`${table.status} = 'OPEN'`),
    index('jobs_document').using('gin', table.document),
    index('jobs_title_similar').using('gin', table.title.op('gin_trgm_ops')).where(sql`${table.status} = 'OPEN'`),
    index('jobs_skills_similar').using('gin', table.keywords.op('gin_trgm_ops')).where(sql`${table.status} = 'OPEN'`),
    index('jobs_by_budget').on(table.budgetMaxMinor, table.id).where(sql`${table.status} = 'OPEN'`),
    // What search counts by, so that counting without words reads this alone.
    index('jobs_counts')
      .on(table.categoryId, table.budgetKind, table.duration, table.level, table.expiresAt, table.clientId)
      .where(sql`${table.status} = 'OPEN'`),
  ],
)

/** Clients ask freelancers to apply; one invitation per job and freelancer. */
export const invitations = pgTable(
  'invitations',
  {
    id: uuid('id').primaryKey(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id),
    clientId: uuid('client_id').notNull(),
    freelancerId: uuid('freelancer_id').notNull(),
    status: text('status', { enum: invitationStatuses }).notNull(),
    message: text('message').notNull(),
    createdAt: instant('created_at').notNull(),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    unique('one_invitation_per_job').on(table.jobId, table.freelancerId),
    index('invitations_of_freelancer').on(table.freelancerId, table.createdAt, table.id),
    index('invitations_of_job').on(table.jobId, table.createdAt, table.id),
  ],
)

export const proposals = pgTable(
  'proposals',
  {
    id: uuid('id').primaryKey(),
    jobId: uuid('job_id')
      .notNull()
      .references(() => jobs.id),
    freelancerId: uuid('freelancer_id').notNull(),
    status: text('status', { enum: proposalStatuses }).notNull(),
    coverLetter: text('cover_letter').notNull(),
    bidMinor: bigint('bid_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    deliveryDays: integer('delivery_days').notNull(),
    milestones: jsonb('milestones').$type<readonly Milestone[]>().notNull(),
    answers: jsonb('answers').$type<readonly Answer[]>().notNull(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    unique('one_proposal_per_job').on(table.jobId, table.freelancerId),
    index('proposals_of_freelancer').on(table.freelancerId, table.createdAt, table.id),
  ],
)

export const offers = pgTable(
  'offers',
  {
    id: uuid('id').primaryKey(),
    freelancerId: uuid('freelancer_id').notNull(),
    clientId: uuid('client_id').notNull(),
    conversationId: uuid('conversation_id'),
    status: text('status', { enum: offerStatuses }).notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    priceMinor: bigint('price_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    deliveryDays: integer('delivery_days').notNull(),
    /** Null: unlimited. */
    revisions: integer('revisions'),
    milestones: jsonb('milestones').$type<readonly Milestone[]>().notNull().default([]),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    decidedAt: instant('decided_at'),
  },
  (table) => [
    index('offers_of_freelancer').on(table.freelancerId, table.createdAt, table.id),
    index('offers_to_client').on(table.clientId, table.createdAt, table.id),
    index('offers_expiring').on(table.expiresAt).where(sql`${table.status} = 'SENT'`),
  ],
)

export const tools = pgTable(
  'tools',
  {
    id: uuid('id').primaryKey(),
    creatorId: uuid('creator_id').notNull(),
    status: text('status', { enum: toolStatuses }).notNull(),
    title: text('title').notNull(),
    description: text('description').notNull(),
    endpoint: text('endpoint').notNull(),
    pointsPerUse: integer('points_per_use').notNull(),
    /** Why staff rejected or removed it. */
    reason: text('reason'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    document: tsvector('document').generatedAlwaysAs(documentOf("''")),
  },
  (table) => [
    index('tools_of_creator').on(table.creatorId, table.createdAt, table.id),
    index('tools_on_offer').on(table.createdAt, table.id).where(sql`${table.status} = 'ACTIVE'`),
    index('tools_document').using('gin', table.document),
  ],
)

export const favourites = pgTable(
  'favourites',
  { userId: uuid('user_id').notNull(), gigId: uuid('gig_id').notNull(), createdAt: instant('created_at').notNull() },
  (table) => [
    primaryKey({ columns: [table.userId, table.gigId] }),
    index('favourites_newest').on(table.userId, table.createdAt, table.gigId),
  ],
)

/** Jobs that freelancers remember. */
export const savedJobs = pgTable(
  'saved_jobs',
  { userId: uuid('user_id').notNull(), jobId: uuid('job_id').notNull(), createdAt: instant('created_at').notNull() },
  (table) => [
    primaryKey({ columns: [table.userId, table.jobId] }),
    index('saved_jobs_newest').on(table.userId, table.createdAt, table.jobId),
  ],
)

/** What people told staff about something on offer; one report per person and thing. */
export const reports = pgTable(
  'reports',
  {
    id: uuid('id').primaryKey(),
    listingId: uuid('listing_id').notNull(),
    kind: text('kind', { enum: ['GIG', 'JOB', 'TOOL'] }).notNull(),
    reporterId: uuid('reporter_id').notNull(),
    reason: text('reason').notNull(),
    createdAt: instant('created_at').notNull(),
    /** When staff decided about it; null while it waits. */
    resolvedAt: instant('resolved_at'),
  },
  (table) => [
    unique('one_report_per_person').on(table.listingId, table.reporterId),
    index('reports_waiting').on(table.createdAt, table.id).where(sql`${table.resolvedAt} is null`),
  ],
)

/** What staff decided about things on the market, and why. Rows never change. */
export const decisions = pgTable(
  'decisions',
  {
    id: uuid('id').primaryKey(),
    listingId: uuid('listing_id').notNull(),
    kind: text('kind', { enum: ['GIG', 'JOB', 'TOOL'] }).notNull(),
    moderatorId: uuid('moderator_id').notNull(),
    decision: text('decision', { enum: ['APPROVED', 'REJECTED', 'SUSPENDED', 'EDITED', 'DISMISSED'] }).notNull(),
    reason: text('reason'),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('decisions_about').on(table.listingId, table.createdAt, table.id)],
)
