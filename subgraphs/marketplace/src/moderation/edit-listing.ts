import { requireScope, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import type { z } from 'zod'
import type { Context } from '../context.ts'
import { listingModerated } from '../events.ts'
import { gigChanges } from '../gig/gig.ts'
import { findForUpdate as findGigForUpdate, saveDraft } from '../gig/gig-store.ts'
import { publishGig } from '../gig/publish-gig.ts'
import { refuseIncomplete } from '../gig/submit-gig.ts'
import { changed } from '../gig/update-gig.ts'
import { jobChanges, statusOf } from '../job/job.ts'
import { findJobForUpdate, saveJob } from '../job/job-store.ts'
import { categoryColumns } from '../job/post-job.ts'
import { toolChanges } from '../tool/tool.ts'
import { findOptionalForUpdate as findToolForUpdate, save as saveTool } from '../tool/tool-store.ts'
import { noteDecision } from './decision-store.ts'
import { findListing, type Kind, type Listing, ownerOf, refuseOwn, standingOf, titleOf } from './find-listing.ts'
import { type DecisionInput, reasonOf } from './reason.ts'

/** What staff may change of each kind; the rest is the owner's alone. */
const fields = {
  GIG: ['title', 'description', 'categoryId', 'tags'],
  JOB: ['title', 'description', 'categoryId'],
  TOOL: ['title', 'description'],
} as const

const changesOf = {
  GIG: gigChanges.pick({ title: true, description: true, categoryId: true, tags: true }),
  JOB: jobChanges.pick({ title: true, description: true, categoryId: true }),
  TOOL: toolChanges.pick({ title: true, description: true }),
}
type Changes = z.output<(typeof changesOf)['GIG']>

/** What was corrected, before and after. */
type Edited = Promise<Result<{ readonly before: Listing; readonly listing: Listing }>>
interface Edit {
  readonly id: string
  readonly changes: Changes
}

const gone = () => fail('INVALID_STATE', 'What is off the market for good is not edited.', { allowed: [] })

/** A published gig gets a new version, shown at once; the versions before stay. */
const editGig = async (ctx: Context, tx: Transaction, { id, changes }: Edit): Edited => {
  const gig = await findGigForUpdate(tx, id)
  if (gig.status === 'ARCHIVED' || gig.status === 'REMOVED') return gone()
  if (gig.publishedVersion !== null && gig.draftVersion > gig.publishedVersion)
    return fail('INVALID_STATE', 'A change of its owner waits: decide about that first.', {
      allowed: ['approve', 'reject'],
    })
  const draft = changed(ctx, gig, changes)
  const complete = gig.status === 'DRAFT' ? ok(undefined) : refuseIncomplete(draft)
  if (!complete.ok) return complete
  const saved = await saveDraft(tx, gig, draft, ctx.clock.now())
  const isPublished = gig.publishedVersion !== null
  const listing = isPublished ? await publishGig(ctx, tx, saved, gig.status) : saved
  return ok({ before: gig, listing })
}

const given = (changes: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(Object.entries(changes).filter(([, value]) => value != null))

const editJob = async (ctx: Context, tx: Transaction, { id, changes }: Edit): Edited => {
  const job = await findJobForUpdate(tx, id)
  const now = ctx.clock.now()
  if (statusOf(job, now) !== 'OPEN') return gone()
  const { title, description, categoryId } = changes
  const listing = await saveJob(tx, id, {
    ...given({ title, description }),
    ...(categoryId && categoryColumns(categoryId)),
    updatedAt: now,
  })
  return ok({ before: job, listing })
}

const editTool = async (ctx: Context, tx: Transaction, { id, changes }: Edit): Edited => {
  const tool = await findToolForUpdate(tx, id)
  if (!tool) throw notFound('Tool')
  if (tool.status === 'REMOVED') return gone()
  const { title, description } = changes
  const listing = await saveTool(tx, id, { ...given({ title, description }), updatedAt: ctx.clock.now() })
  return ok({ before: tool, listing })
}

const edit: Readonly<Record<Kind, (ctx: Context, tx: Transaction, edit: Edit) => Edited>> = {
  GIG: editGig,
  JOB: editJob,
  TOOL: editTool,
}

const parse = (kind: Kind, input: DecisionInput & Readonly<Record<string, unknown>>): Result<Changes> => {
  const { listingId: _, reason: __, ...asked } = input
  const changes = given(asked)
  const names = Object.keys(changes)
  if (names.length === 0) return fail('VALIDATION', 'Say what shall change.', { field: ['input'] })
  const foreign = names.find((name) => !(fields[kind] as readonly string[]).includes(name))
  if (foreign) return fail('VALIDATION', `A ${kind.toLowerCase()} has no ${foreign}.`, { field: ['input', foreign] })
  return parseInput(changesOf[kind], changes)
}

/** Staff correct the words of something on the market; its owner is told why. Needs the scope content:moderate. */
export const editListing = async (
  ctx: Context,
  input: DecisionInput & Readonly<Record<string, unknown>>,
): Promise<Result<Listing>> => {
  const moderator = requireViewer(ctx)
  requireScope(moderator, 'content:moderate')
  const reason = reasonOf('edit', input)
  if (!reason.ok) return reason
  const found = await findListing(ctx, input.listingId)
  if (!found) throw notFound('Listing')
  refuseOwn(moderator, found.listing)
  const { kind } = found
  const changes = parse(kind, input)
  if (!changes.ok) return changes
  return transaction(ctx.db, async (tx) => {
    const edited = await edit[kind](ctx, tx, { id: input.listingId, changes: changes.value })
    if (!edited.ok) return edited
    const { before, listing } = edited.value
    const ownerId = ownerOf(before)
    const about = { listingId: input.listingId, kind, decision: 'EDITED' as const, reason: reason.value }
    const what = { edited: Object.keys(given(changes.value)).sort().join(', ') }
    const standing = { before: standingOf(before), after: { ...standingOf(listing), ...what } }
    await noteDecision(ctx, tx, { ...about, ...standing, ownerId, moderatorId: moderator.id })
    await ctx.publish(tx, listingModerated, { ...about, ownerId, title: titleOf(listing) })
    return ok(listing)
  })
}
