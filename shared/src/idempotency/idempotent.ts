import { and, eq, isNull, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Database, Transaction } from '../database/index.ts'
import { fail, type Result } from '../errors/index.ts'
import type { Logger } from '../logging/index.ts'
import { after, type Clock, type MakeId } from '../time/index.ts'
import { fingerprint } from './fingerprint.ts'
import { idempotencyKeys } from './tables.ts'

/** Longer than any request may take; who holds a claim longer has died. */
const CLAIM = '30s'

/** The key as mutations take it: made by the client, one per intention. */
export const idempotencyKey = z
  .string()
  .min(1, { error: 'Pass a key of at least one character, or none.' })
  .max(200, { error: 'A key has at most 200 characters.' })
  .nullish()

interface IdempotencyContext {
  readonly db: Database
  readonly clock: Clock
  readonly makeId: MakeId
  readonly log: Logger
}

/** One try at the work. */
export interface Attempt<Reference> {
  /** The same at every try of the same work: pass it on where another system (Stripe) takes an idempotency key. */
  readonly workId: string
  /** Marks the work as done; call it in the transaction of the effect. Throws, and so rolls back, when somebody else took over. */
  finish(transaction: Transaction, reference: Reference): Promise<void>
}

export interface Idempotent<Reference, T> {
  /** Whose key it is: another person's equal key is another key. */
  readonly ownerId: string
  /** The mutation's name: the same key for another operation is another key. */
  readonly operation: string
  /** Without a key the work simply runs. */
  readonly key: string | null | undefined
  /** The parsed input; whether a key is used again for the same thing is judged by it. */
  readonly input: unknown
  readonly reference: z.ZodType<Reference>
  /** Does the work; a success must have called `finish`. A failure frees the key, as nothing has happened. */
  run(attempt: Attempt<Reference>): Promise<Result<T>>
  /** Reads the first result again. */
  replay(reference: Reference): Promise<Result<T>>
}

/**
 * Does the work once per key: the same key and input get the first result again, another input is IDEMPOTENCY_CONFLICT, a call
 * while the first still runs is IDEMPOTENCY_IN_PROGRESS. A try that threw or died can be repeated with the same key and input.
 */
export const idempotent = async <Reference, T>(
  context: IdempotencyContext,
  work: Idempotent<Reference, T>,
): Promise<Result<T>> => {
  if (work.key === null || work.key === undefined)
    return work.run({ workId: context.makeId(), finish: async () => undefined })

  const claim = await claimKey(context, { ...work, key: work.key })
  if (claim.kind === 'conflict')
    return fail('IDEMPOTENCY_CONFLICT', 'This idempotency key was used with another input; use a new one.', KEY_FIELD)
  if (claim.kind === 'running')
    return fail('IDEMPOTENCY_IN_PROGRESS', 'The first call with this key still runs; ask again in a moment.', KEY_FIELD)
  if (claim.kind === 'finished') return work.replay(work.reference.parse(claim.reference))
  return attempt(context, work, claim)
}

const KEY_FIELD = { field: ['input', 'idempotencyKey'] }

type Claim =
  | { readonly kind: 'conflict' }
  | { readonly kind: 'running' }
  | { readonly kind: 'finished'; readonly reference: unknown }
  | { readonly kind: 'mine'; readonly claimId: string; readonly workId: string }

const claimKey = async (
  { db, clock, makeId }: IdempotencyContext,
  { ownerId, operation, key, input }: { ownerId: string; operation: string; key: string; input: unknown },
): Promise<Claim> => {
  const print = fingerprint(input)
  const now = clock.now()
  const mine = { claimId: makeId(), claimedUntil: after(now, CLAIM) }
  const inserted = await db
    .insert(idempotencyKeys)
    .values({ ownerId, operation, key, workId: makeId(), fingerprint: print, createdAt: now, ...mine })
    .onConflictDoNothing()
    .returning()
  if (inserted[0]) return { kind: 'mine', claimId: mine.claimId, workId: inserted[0].workId }

  const same = and(
    eq(idempotencyKeys.ownerId, ownerId),
    eq(idempotencyKeys.operation, operation),
    eq(idempotencyKeys.key, key),
  )
  const [known] = await db.select().from(idempotencyKeys).where(same)
  // Freed between the two statements: the first call failed just now.
  if (!known) return { kind: 'running' }
  if (known.fingerprint !== print) return { kind: 'conflict' }
  if (known.finishedAt) return { kind: 'finished', reference: known.reference }
  const taken = await db
    .update(idempotencyKeys)
    .set(mine)
    .where(
      and(
        same,
        eq(idempotencyKeys.claimId, known.claimId),
        isNull(idempotencyKeys.finishedAt),
        lt(idempotencyKeys.claimedUntil, now),
      ),
    )
    .returning()
  return taken[0] ? { kind: 'mine', claimId: mine.claimId, workId: known.workId } : { kind: 'running' }
}

const attempt = async <Reference, T>(
  { db, clock, log }: IdempotencyContext,
  work: Idempotent<Reference, T>,
  { claimId, workId }: { claimId: string; workId: string },
): Promise<Result<T>> => {
  const unfinished = and(eq(idempotencyKeys.claimId, claimId), isNull(idempotencyKeys.finishedAt))
  let finished = false
  const finish: Attempt<Reference>['finish'] = async (transaction, reference) => {
    const marked = await transaction
      .update(idempotencyKeys)
      .set({ finishedAt: clock.now(), reference })
      .where(unfinished)
      .returning()
    if (marked.length === 0) throw new Error(`another call took over ${work.operation} with the same key`)
    finished = true
  }

  try {
    const result = await work.run({ workId, finish })
    if (!result.ok) await db.delete(idempotencyKeys).where(unfinished)
    else if (!finished) throw new Error(`${work.operation} succeeded without marking its idempotency key as finished`)
    return result
  } catch (error) {
    // What happened elsewhere is unknown, so the key stays bound to its input and its work id, free for the next try. A
    // transaction whose COMMIT is still in flight holds the row: this waits for it.
    await db
      .update(idempotencyKeys)
      .set({ claimedUntil: new Date(0) })
      .where(unfinished)
      .catch((cause: unknown) => log.warn({ err: cause }, 'an idempotency key stays claimed until its time is over'))
    throw error
  }
}

/** Forgets keys older than `before`; Stripe keeps its own for 24 hours. For a service's sweeper. */
export const forgetKeys = async (db: Database, before: Date): Promise<void> => {
  await db.delete(idempotencyKeys).where(lt(idempotencyKeys.createdAt, before))
}
