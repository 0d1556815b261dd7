import { rows, type Transaction } from '@gigraph/shared/database'
import type { ServiceContext } from '@gigraph/shared/service'
import { sql } from 'drizzle-orm'
import { freelancerLevelChanged } from '../events.ts'
import { type FreelancerLevel, levelOf } from './level.ts'

/** The response time is that of the latest answers: who has become quick is quick. */
const LATEST_ANSWERS = 100

interface Facts {
  readonly userId: string
  readonly level: FreelancerLevel
  readonly displayName: string
  readonly verified: boolean
  readonly ordersCompleted: number
  readonly ordersOnTime: number
  readonly ordersFailed: number
  readonly repeatClients: number
  readonly ratingCount: number
  readonly ratingSum: number
  readonly answers: number
  readonly answerSeconds: number
}

/** Everything that is counted of these freelancers, from the facts that other services told. */
const readFacts = (tx: Transaction, userIds: readonly string[]): Promise<Facts[]> =>
  rows<Facts>(
    tx,
    sql`select p.user_id as "userId", p.level, coalesce(person.display_name, '') as "displayName",
          person.verified_at is not null as verified, ended.completed as "ordersCompleted", ended.on_time as "ordersOnTime",
          ended.failed as "ordersFailed", again.clients as "repeatClients", rated.reviews as "ratingCount",
          rated.total as "ratingSum", answered.times as answers, answered.total as "answerSeconds"
        from freelancer_profiles p
        left join people person on person.user_id = p.user_id
        cross join lateral (
          select count(*) filter (where outcome = 'COMPLETED')::int as completed,
            count(*) filter (where outcome = 'COMPLETED' and on_time)::int as on_time,
            count(*) filter (where outcome = 'FAILED')::int as failed
          from freelancer_orders where freelancer_id = p.user_id) as ended
        cross join lateral (
          select count(*)::int as clients from (
            select from freelancer_orders where freelancer_id = p.user_id and outcome = 'COMPLETED'
            group by client_id having count(*) > 1) as clients) as again
        cross join lateral (
          select count(rating)::int as reviews, coalesce(sum(rating), 0)::int as total
          from freelancer_reviews where freelancer_id = p.user_id and not hidden) as rated
        cross join lateral (
          select count(*)::int as times, coalesce(sum(seconds), 0)::float8 as total from (
            select seconds from answers where user_id = p.user_id
            order by sent_at desc, message_id desc limit ${LATEST_ANSWERS}) as latest) as answered
        where p.user_id = any(${sql.param([...userIds])}::uuid[])`,
  )

/** Has whatever else changes these profiles wait. Before a fact that another reaction may be writing too, or the two wait for each other. */
export const lockFreelancers = async (tx: Transaction, userIds: readonly string[]): Promise<void> => {
  await tx.execute(
    sql`select from freelancer_profiles where user_id = any(${sql.param([...userIds])}::uuid[]) order by user_id for update`,
  )
}

/**
 * Brings what profiles show of these freelancers' work up to the facts, and tells of levels that changed. A pure function of the
 * facts: in whatever order they came, and however often this runs, the result is the same.
 *
 * @returns how many profiles were not what the facts say
 */
export const projectFreelancers = async (
  ctx: Pick<ServiceContext, 'publish'>,
  tx: Transaction,
  userIds: readonly string[],
): Promise<number> => {
  // Facts that others have just written are seen once their transaction is over: so wait for it, then read.
  await lockFreelancers(tx, userIds)
  const facts = await readFacts(tx, userIds)
  const wanted = facts.map((fact) => ({ ...fact, before: fact.level, level: levelOf(fact) }))
  const changed = await rows<{ readonly userId: string }>(
    tx,
    sql`update freelancer_profiles as p set
          display_name = w."displayName", verified = w.verified, level = w.level, orders_completed = w."ordersCompleted",
          orders_on_time = w."ordersOnTime", orders_failed = w."ordersFailed", repeat_clients = w."repeatClients",
          rating_count = w."ratingCount", rating_sum = w."ratingSum", answers = w.answers, answer_seconds = w."answerSeconds"
        from jsonb_to_recordset(${JSON.stringify(wanted)}::jsonb) as w("userId" uuid, "displayName" text, verified boolean,
          level text, "ordersCompleted" int, "ordersOnTime" int, "ordersFailed" int, "repeatClients" int, "ratingCount" int,
          "ratingSum" int, answers int, "answerSeconds" bigint)
        where p.user_id = w."userId" and (p.display_name, p.verified, p.level, p.orders_completed, p.orders_on_time,
            p.orders_failed, p.repeat_clients, p.rating_count, p.rating_sum, p.answers, p.answer_seconds)
          is distinct from (w."displayName", w.verified, w.level, w."ordersCompleted", w."ordersOnTime", w."ordersFailed",
            w."repeatClients", w."ratingCount", w."ratingSum", w.answers, w."answerSeconds")
        returning p.user_id as "userId"`,
  )
  for (const { userId, before, level } of wanted)
    if (before !== level) await ctx.publish(tx, freelancerLevelChanged, { userId, from: before, to: level })
  return changed.length
}
