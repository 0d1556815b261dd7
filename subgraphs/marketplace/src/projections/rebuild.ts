import { rows, transaction } from '@gigraph/shared/database'
import type { Rebuilt } from '@gigraph/shared/service'
import { sql } from 'drizzle-orm'
import type { Context } from '../context.ts'
import { countAll } from '../feedback/count-feedback.ts'
import { relist } from '../listing/relist.ts'
import { countWords, learnWords } from '../listing/search-words.ts'

const CHUNK = 1_000
/** Nobody waits for it. */
const PATIENT = { timeoutMs: 600_000 }

/** Gigs after one, in the order of their ids, with the words that search learns of those on the market. */
const nextGigs = (ctx: Pick<Context, 'db'>, after: string) =>
  rows<{ id: string; words: string | null }>(
    ctx.db,
    sql`select gigs.id, case when listings.gig_id is not null then shown.title || ' ' || shown.keywords end as words
        from gigs
        left join listings on listings.gig_id = gigs.id
        left join gig_versions as shown on shown.gig_id = gigs.id and shown.version = gigs.published_version
        where gigs.id > ${after}::uuid order by gigs.id limit ${CHUNK}`,
  )

/**
 * Makes everything that is derived anew from the facts that it is derived from: the numbers of gigs, what search reads, and the
 * words that it corrects to. Requests are served meanwhile. Repeatable.
 */
export const rebuildProjections = async (ctx: Pick<Context, 'db'>): Promise<Rebuilt> => {
  let corrected = await transaction(ctx.db, countAll, PATIENT)
  let seen = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const ids = (await nextGigs(ctx, after)).map(({ id }) => id)
    const last = ids.at(-1)
    if (last === undefined) break
    corrected += await transaction(ctx.db, (tx) => relist(tx, ids), PATIENT)
    seen += ids.length
    after = last
  }
  await relearnWords(ctx)
  return { seen, corrected }
}

const relearnWords = async (ctx: Pick<Context, 'db'>): Promise<void> => {
  const uses = new Map<string, number>()
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const found = await nextGigs(ctx, after)
    const last = found.at(-1)
    if (last === undefined) break
    countWords(
      found.flatMap(({ words }) => words ?? []),
      uses,
    )
    after = last.id
  }
  await transaction(
    ctx.db,
    async (tx) => {
      await tx.execute(sql`delete from search_words`)
      await learnWords(tx, uses)
    },
    PATIENT,
  )
}
