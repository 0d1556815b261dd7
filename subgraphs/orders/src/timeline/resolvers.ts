import { load } from '@gigraph/shared/graphql'
import type { Resolvers } from '../__generated__/schema.ts'
import { type Order, partyOf } from '../order/order.ts'
import { entriesOfOrder, type TimelineEntry } from './timeline-store.ts'

/** An entry with its order. */
export interface EntryOfOrder extends TimelineEntry {
  readonly order: Order
}

export const timelineResolvers: Resolvers = {
  Order: {
    timeline: async (order, _, ctx) =>
      ((await load(ctx, entriesOfOrder, order.id)) ?? []).map((entry) => ({ ...entry, order })),
  },
  OrderTimelineEntry: {
    at: ({ happenedAt }) => happenedAt,
    from: ({ fromState }) => fromState,
    to: ({ toState }) => toState,
    // The two people see that staff decided, not who.
    user: ({ actor, actorId, order }, _, { viewer }) =>
      actorId && (actor !== 'STAFF' || (viewer && !partyOf(order, viewer.id))) ? { id: actorId } : null,
  },
}
