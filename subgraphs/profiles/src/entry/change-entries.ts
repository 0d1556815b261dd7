import { requireRole, requireViewer } from '@gigraph/shared/auth'
import { type Transaction, transaction } from '@gigraph/shared/database'
import { fail, notFound, ok, parseInput, type Result } from '@gigraph/shared/errors'
import { isId } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import type { FreelancerProfile } from '../freelancer/freelancer.ts'
import { createMissing, findOptionalForUpdate } from '../freelancer/freelancer-store.ts'
import { noticeArrived } from '../upload/receive-upload.ts'
import { type Entry, type EntryKind, entryOf, MOST_ENTRIES, schemas } from './entry.ts'
import { claimImages, releaseImages } from './entry-images.ts'
import { add, countOf, findOptional, idsOf, remove, reorder, save } from './entry-store.ts'

interface Changed {
  readonly freelancerProfile: FreelancerProfile
  readonly entry: Entry | null
}

/** Runs with the viewer's own profile locked, so that limits and orders hold under parallel changes. */
const onOwnProfile = (
  ctx: Context,
  run: (tx: Transaction, userId: string) => Promise<Result<Entry | null>>,
): Promise<Result<Changed>> => {
  const viewer = requireViewer(ctx)
  requireRole(viewer, 'FREELANCER')
  return transaction(ctx.db, async (tx) => {
    await createMissing(tx, { userId: viewer.id, at: ctx.clock.now() })
    const freelancerProfile = await findOptionalForUpdate(tx, viewer.id)
    if (!freelancerProfile) throw notFound('Freelancer profile')
    const done = await run(tx, viewer.id)
    return done.ok ? ok({ freelancerProfile, entry: done.value }) : done
  })
}

/** Adds an entry at the end; at most 30 of a kind. */
export const addEntry = async (ctx: Context, kind: EntryKind, raw: unknown): Promise<Result<Changed>> => {
  requireRole(requireViewer(ctx), 'FREELANCER')
  const parsed = parseInput(schemas[kind], raw)
  if (!parsed.ok) return parsed
  await noticeArrived(ctx, requireViewer(ctx).id, parsed.value.imageIds ?? [])
  return onOwnProfile(ctx, async (tx, userId) => {
    const present = await countOf(tx, userId, kind)
    if (present >= MOST_ENTRIES) return fail('LIMIT_EXCEEDED', `At most ${MOST_ENTRIES}; remove one first.`)
    const claimed = await claimImages(ctx, tx, { ownerId: userId, content: parsed.value })
    if (!claimed.ok) return claimed
    const entry = { id: ctx.makeId(), content: parsed.value }
    // After every position that reordering may have given.
    await add(tx, { ...entry, userId, kind, position: MOST_ENTRIES + present, createdAt: ctx.clock.now() })
    return ok(entryOf(entry))
  })
}

/** Changes the given fields of an entry; null empties a field. Another person's entry is not found. */
export const updateEntry = async (
  ctx: Context,
  kind: EntryKind,
  {
    id,
    ...changes
  }: { readonly id: string; readonly imageIds?: readonly string[] | null | undefined } & Readonly<
    Record<string, unknown>
  >,
): Promise<Result<Changed>> => {
  await noticeArrived(ctx, requireViewer(ctx).id, changes.imageIds ?? [])
  return onOwnProfile(ctx, async (tx, userId) => {
    const entry = isId(id) ? await findOptional(tx, { id, userId, kind }) : undefined
    if (!entry) throw notFound('Entry')
    const parsed = parseInput(schemas[kind], { ...entry.content, ...changes })
    if (!parsed.ok) return parsed
    const claimed = await claimImages(ctx, tx, { ownerId: userId, content: parsed.value, before: entry.content })
    if (!claimed.ok) return claimed
    await save(tx, { id, userId, kind }, parsed.value)
    await releaseImages(ctx, tx, { ownerId: userId, before: entry.content })
    return ok(entryOf({ id, content: parsed.value }))
  })
}

/** Removes an entry. Another person's is not found. */
export const removeEntry = async (
  ctx: Context,
  kind: EntryKind,
  { id }: { readonly id: string },
): Promise<Result<Changed>> =>
  onOwnProfile(ctx, async (tx, userId) => {
    const entry = isId(id) ? await findOptional(tx, { id, userId, kind }) : undefined
    if (!entry) throw notFound('Entry')
    await remove(tx, { id, userId, kind })
    await releaseImages(ctx, tx, { ownerId: userId, before: entry.content })
    return ok(null)
  })

/** Puts the portfolio in another order; the ids must be exactly those that it has. */
export const reorderPortfolio = async (
  ctx: Context,
  { ids }: { readonly ids: readonly string[] },
): Promise<Result<Changed>> =>
  onOwnProfile(ctx, async (tx, userId) => {
    const present = await idsOf(tx, userId, 'PORTFOLIO')
    if (ids.length !== present.length || new Set(ids).size !== ids.length || !present.every((id) => ids.includes(id)))
      return fail('VALIDATION', 'Name every item of your portfolio once.', { field: ['input', 'ids'] })
    await reorder(tx, userId, ids)
    return ok(null)
  })
