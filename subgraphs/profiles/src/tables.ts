import { uploadPurposes } from '@gigraph/shared/uploads'
import { type SQL, sql } from 'drizzle-orm'
import {
  bigint,
  boolean,
  customType,
  date,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  text,
  timestamp,
  uuid,
} from 'drizzle-orm/pg-core'
import { type EntryContent, entryKinds } from './entry/entry.ts'
import { freelancerLevels } from './events.ts'
import type { Skill, SpokenLanguage } from './freelancer/freelancer.ts'
import { uploadStatuses } from './upload/upload.ts'

export { inbox, outbox } from '@gigraph/shared/events'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })
const tsvector = customType<{ data: string }>({ dataType: () => 'tsvector' })
/** `unaccent` made immutable by the first migration, so that columns can be generated with it. */
const words = (weight: string, value: SQL) =>
  sql`setweight(to_tsvector('english', plain_text(coalesce(${value}, ''))), '${sql.raw(weight)}')`

/** People whose data was erased: nothing of theirs may come back with a late event. */
export const erasedUsers = pgTable('erased_users', {
  userId: uuid('user_id').primaryKey(),
  erasedAt: instant('erased_at').notNull(),
})

/** What identity has told of people, whatever they are here: facts that profiles follow. */
export const people = pgTable('people', {
  userId: uuid('user_id').primaryKey(),
  displayName: text('display_name').notNull().default(''),
  /** When the name became this; null while none was told. */
  namedAt: instant('named_at'),
  /** When their e-mail address was confirmed. */
  verifiedAt: instant('verified_at'),
})

/** A number of the profile that a list is sorted by, from its own columns, so that an index can hold it. */
const derived = (name: string, value: SQL) => doublePrecision(name).generatedAlwaysAs((): SQL => value)
/** Prior of the rating: five reviews of 4.0, so that one review of 5 does not beat a hundred of 4.9. */
const rated = sql.raw('round((rating_sum + 20.0) / (rating_count + 5), 6)')
const levelNumber = sql.raw(
  `case level ${freelancerLevels.map((level, index) => `when '${level}' then ${index + 1}`).join(' ')} else 0 end`,
)

export const freelancerProfiles = pgTable(
  'freelancer_profiles',
  {
    userId: uuid('user_id').primaryKey(),
    displayName: text('display_name').notNull(),
    headline: text('headline').notNull().default(''),
    bio: text('bio').notNull().default(''),
    skills: jsonb('skills').$type<readonly Skill[]>().notNull().default([]),
    /** Slugs of `skills`, for filters. */
    skillSlugs: text('skill_slugs').array().notNull().default([]),
    /** Names of `skills`, for full text. */
    skillNames: text('skill_names').notNull().default(''),
    hourlyRateMinor: bigint('hourly_rate_minor', { mode: 'number' }),
    hourlyRateCurrency: text('hourly_rate_currency'),
    country: text('country'),
    timeZone: text('time_zone'),
    languages: jsonb('languages').$type<readonly SpokenLanguage[]>().notNull().default([]),
    languageCodes: text('language_codes').array().notNull().default([]),
    availability: text('availability', { enum: ['AVAILABLE', 'BUSY', 'AWAY'] })
      .notNull()
      .default('AVAILABLE'),
    hoursPerWeek: integer('hours_per_week'),
    awayFromOn: date('away_from_on'),
    awayToOn: date('away_to_on'),
    availabilityNote: text('availability_note').notNull().default(''),
    /** Whether others were told last that work can start at once; null while nothing was told. */
    availableTold: boolean('available_told'),
    level: text('level', { enum: freelancerLevels }).notNull().default('NEW'),
    ordersCompleted: integer('orders_completed').notNull().default(0),
    ordersOnTime: integer('orders_on_time').notNull().default(0),
    /** Cancelled through the freelancer's own fault. */
    ordersFailed: integer('orders_failed').notNull().default(0),
    /** Clients whose orders were completed more than once. */
    repeatClients: integer('repeat_clients').notNull().default(0),
    ratingCount: integer('rating_count').notNull().default(0),
    ratingSum: integer('rating_sum').notNull().default(0),
    answers: integer('answers').notNull().default(0),
    answerSeconds: bigint('answer_seconds', { mode: 'number' }).notNull().default(0),
    /** Whether their e-mail address is confirmed. */
    verified: boolean('verified').notNull().default(false),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    standing: derived('standing', sql`${levelNumber} + ${rated}`),
    rated: derived('rated', rated),
    cheap: derived('cheap', sql`-coalesce(hourly_rate_minor, 1000000000)`),
    dear: derived('dear', sql`coalesce(hourly_rate_minor, -1)`),
    newest: derived('newest', sql`extract(epoch from created_at at time zone 'UTC')`),
    document: tsvector('document').generatedAlwaysAs(
      (): SQL =>
        sql`${words('A', sql`headline`)} || ${words('A', sql`skill_names`)} || ${words('B', sql`display_name`)} || ${words('C', sql`left(bio, 5000)`)}`,
    ),
  },
  (table) => [
    index('freelancer_profiles_document').using('gin', table.document),
    index('freelancer_profiles_headline_similar').using('gin', table.headline.op('gin_trgm_ops')),
    index('freelancer_profiles_plain_name_similar').using('gin', sql`plain_text(${table.displayName}) gin_trgm_ops`),
    index('freelancer_profiles_skills_similar').using('gin', table.skillNames.op('gin_trgm_ops')),
    // What search counts by and often filters by, so that counting without words reads this alone.
    index('freelancer_profiles_counts')
      .on(table.level, table.country, table.verified, table.availability, table.awayFromOn, table.awayToOn)
      .where(sql`headline <> ''`),
    index('freelancer_profiles_skills').using('gin', table.skillSlugs),
    index('freelancer_profiles_languages').using('gin', table.languageCodes),
    index('freelancer_profiles_country').on(table.country),
    index('freelancer_profiles_away').on(table.awayFromOn).where(sql`${table.awayFromOn} is not null`),
    ...[table.standing, table.rated, table.cheap, table.dear, table.newest].map((column) =>
      index(`freelancer_profiles_by_${column.name}`).on(column, table.userId).where(sql`headline <> ''`),
    ),
  ],
)

/** How orders of freelancers ended, from the events of orders: facts that their numbers follow. */
export const freelancerOrders = pgTable(
  'freelancer_orders',
  {
    orderId: uuid('order_id').primaryKey(),
    freelancerId: uuid('freelancer_id').notNull(),
    clientId: uuid('client_id').notNull(),
    /** FAILED: cancelled through the freelancer's own fault. */
    outcome: text('outcome', { enum: ['COMPLETED', 'FAILED'] }).notNull(),
    onTime: boolean('on_time').notNull(),
  },
  (table) => [index('freelancer_orders_of').on(table.freelancerId)],
)

/** How long people took to answer a message, from the events of messaging. */
export const answers = pgTable(
  'answers',
  {
    messageId: uuid('message_id').primaryKey(),
    userId: uuid('user_id').notNull(),
    seconds: integer('seconds').notNull(),
    sentAt: instant('sent_at').notNull(),
  },
  (table) => [index('answers_of').on(table.userId, table.sentAt, table.messageId)],
)

/** Reviews of freelancers, as reviews told of them. */
export const freelancerReviews = pgTable(
  'freelancer_reviews',
  {
    reviewId: uuid('review_id').primaryKey(),
    freelancerId: uuid('freelancer_id').notNull(),
    /** Null while only its hiding was heard of. */
    rating: integer('rating'),
    /** Staff took it out of sight: it counts for nothing. */
    hidden: boolean('hidden').notNull().default(false),
    /** When `hidden` became so: what is older and arrives later says nothing. */
    happenedAt: instant('happened_at'),
  },
  (table) => [index('freelancer_reviews_of').on(table.freelancerId)],
)

export const clientProfiles = pgTable(
  'client_profiles',
  {
    userId: uuid('user_id').primaryKey(),
    firstName: text('first_name').notNull().default(''),
    lastName: text('last_name').notNull().default(''),
    companyName: text('company_name'),
    companySize: text('company_size', { enum: ['SELF', 'SMALL', 'MEDIUM', 'LARGE', 'ENTERPRISE'] }),
    registrationNumber: text('registration_number'),
    industry: text('industry'),
    website: text('website'),
    bio: text('bio').notNull().default(''),
    country: text('country'),
    city: text('city'),
    timeZone: text('time_zone'),
    verification: text('verification', { enum: ['UNVERIFIED', 'PENDING', 'VERIFIED', 'REJECTED'] })
      .notNull()
      .default('UNVERIFIED'),
    verificationReason: text('verification_reason'),
    /** What the client wrote to staff. */
    verificationNote: text('verification_note'),
    /** Uploads for staff to look at; private. */
    verificationDocumentIds: uuid('verification_document_ids').array().notNull().default([]),
    verificationRequestedAt: instant('verification_requested_at'),
    verificationDecidedAt: instant('verification_decided_at'),
    /** Null while it is the empty profile of the registration. */
    completedAt: instant('completed_at'),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    index('client_profiles_newest').on(table.createdAt, table.userId),
    index('client_profiles_company_similar').using('gin', table.companyName.op('gin_trgm_ops')),
    index('client_profiles_waiting').on(table.verificationRequestedAt).where(sql`${table.verification} = 'PENDING'`),
  ],
)

/** The taxonomy's skills and the ones that people added. */
export const skills = pgTable(
  'skills',
  {
    slug: text('slug').primaryKey(),
    name: text('name').notNull(),
    /** Part of the taxonomy. */
    curated: boolean('curated').notNull(),
  },
  (table) => [index('skills_similar').using('gin', table.name.op('gin_trgm_ops'))],
)

/** What a freelancer shows one by one: portfolio, experience, education, certifications; `content` has the shape of its kind. */
export const profileEntries = pgTable(
  'profile_entries',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    kind: text('kind', { enum: entryKinds }).notNull(),
    /** Order of the portfolio; the other kinds are ordered by their days. */
    position: integer('position').notNull(),
    content: jsonb('content').$type<EntryContent>().notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [index('profile_entries_of').on(table.userId, table.kind, table.position)],
)

/** Jobs of clients, from the marketplace's events. */
export const clientJobs = pgTable(
  'client_jobs',
  {
    jobId: uuid('job_id').primaryKey(),
    clientId: uuid('client_id').notNull(),
    status: text('status', { enum: ['OPEN', 'FILLED', 'CLOSED'] }).notNull(),
    /** The most that the client would pay; null for hourly work and while unknown. */
    budgetMinor: bigint('budget_minor', { mode: 'number' }),
    /** When the budget became this: what is older and arrives later says nothing. */
    budgetAt: instant('budget_at'),
  },
  (table) => [index('client_jobs_of').on(table.clientId)],
)

/** Payments of clients, from the events of payments. */
export const clientPayments = pgTable(
  'client_payments',
  {
    paymentId: uuid('payment_id').primaryKey(),
    clientId: uuid('client_id').notNull(),
    orderId: uuid('order_id').notNull(),
    /** What was paid less what went back. */
    remainingMinor: bigint('remaining_minor', { mode: 'number' }).notNull(),
    currency: text('currency').notNull(),
    paidAt: instant('paid_at').notNull(),
  },
  (table) => [index('client_payments_of').on(table.clientId, table.paidAt)],
)

/** Files on their way and kept: signed for, received, checked, claimed by what names them. */
export const uploads = pgTable(
  'uploads',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id').notNull(),
    purpose: text('purpose', { enum: uploadPurposes }).notNull(),
    status: text('status', { enum: uploadStatuses }).notNull(),
    /** With FAILED: why, for people. */
    failure: text('failure'),
    fileName: text('file_name').notNull(),
    /** What can be seen in a picture, for those who cannot see it. */
    alt: text('alt').notNull(),
    /** As announced, then as checked. */
    contentType: text('content_type').notNull(),
    byteSize: integer('byte_size').notNull(),
    /** Of the largest variant; null for what is no public picture. */
    width: integer('width'),
    height: integer('height'),
    createdAt: instant('created_at').notNull(),
    sentAt: instant('sent_at'),
    /** Null: deleted a day after it was created. */
    claimedAt: instant('claimed_at'),
  },
  (table) => [
    index('uploads_unclaimed').on(table.createdAt).where(sql`${table.claimedAt} is null`),
    index('uploads_processing').on(table.sentAt).where(sql`${table.status} = 'PROCESSING'`),
    index('uploads_of').on(table.userId, table.createdAt),
  ],
)

/** The picture beside somebody's name. */
export const avatars = pgTable('avatars', {
  userId: uuid('user_id').primaryKey(),
  imageId: uuid('image_id'),
  /** Takes the place of `imageId` once it is ready. */
  nextImageId: uuid('next_image_id'),
})
