import { z } from 'zod'
import { day as anyDay } from '../places/places.ts'

export const entryKinds = ['PORTFOLIO', 'EXPERIENCE', 'EDUCATION', 'CERTIFICATION'] as const
export type EntryKind = (typeof entryKinds)[number]

/** What an entry says; which fields it has depends on its kind. */
export interface EntryContent {
  readonly title: string
  readonly organization?: string | null | undefined
  readonly description?: string | null | undefined
  readonly link?: string | null | undefined
  readonly skills?: readonly string[] | null | undefined
  /** Uploads that were claimed for it. */
  readonly imageIds?: readonly string[] | null | undefined
  readonly startedOn?: string | null | undefined
  readonly endedOn?: string | null | undefined
  readonly finishedOn?: string | null | undefined
}

/** An entry as its own GraphQL type shows it. */
export interface Entry {
  readonly id: string
  readonly title: string
  readonly organization: string
  readonly description: string | null
  readonly link: string | null
  readonly skills: readonly string[]
  readonly imageIds: readonly string[]
  readonly startedOn: string | null
  readonly endedOn: string | null
  readonly finishedOn: string | null
}

/** How many entries of a kind a profile has. */
export const MOST_ENTRIES = 30

const line = (what: string) =>
  z
    .string({ error: `Give ${what}.` })
    .trim()
    .min(1, { error: `Give ${what}.` })
    .max(120, { error: 'At most 120 characters.' })
const description = z.string().trim().max(2_000, { error: 'At most 2,000 characters.' }).nullish()
const link = z.url().max(500).nullish()
const day = anyDay.nullish()

const inOrder = ({
  startedOn,
  endedOn,
}: {
  startedOn?: string | null | undefined
  endedOn?: string | null | undefined
}) => !startedOn || !endedOn || startedOn <= endedOn
const endsAfterStart = { error: 'The end is before the start.', path: ['endedOn'] }

/** The shape of each kind. */
export const schemas: Readonly<Record<EntryKind, z.ZodType<EntryContent>>> = {
  PORTFOLIO: z.object({
    title: line('a title'),
    description,
    link,
    skills: z.array(z.string().trim().min(1).max(40)).max(10, { error: 'At most 10 skills.' }).nullish(),
    imageIds: z
      .array(z.string())
      .max(8, { error: 'At most 8 pictures.' })
      .refine((ids) => new Set(ids).size === ids.length, { error: 'Name each picture once.' })
      .nullish(),
    finishedOn: day,
  }),
  EXPERIENCE: z
    .object({
      title: line('a position'),
      organization: line('an employer'),
      description,
      startedOn: anyDay,
      endedOn: day,
    })
    .refine(inOrder, endsAfterStart),
  EDUCATION: z
    .object({ title: line('a degree or course'), organization: line('a school'), startedOn: day, endedOn: day })
    .refine(inOrder, endsAfterStart),
  CERTIFICATION: z
    .object({ title: line('a certificate'), organization: line('who issued it'), link, startedOn: day, endedOn: day })
    .refine(inOrder, endsAfterStart),
}

/** The entry with nothing left out. */
export const entryOf = ({ id, content }: { readonly id: string; readonly content: EntryContent }): Entry => ({
  id,
  title: content.title,
  organization: content.organization ?? '',
  description: content.description ?? null,
  link: content.link ?? null,
  skills: content.skills ?? [],
  imageIds: content.imageIds ?? [],
  startedOn: content.startedOn ?? null,
  endedOn: content.endedOn ?? null,
  finishedOn: content.finishedOn ?? null,
})
