import { createAuthorize, hasScope, type Policies, requireScopeOfKey, type Viewer } from '@gigraph/shared/auth'
import { type Actor, type Order, type OrderEvent, orderEvents, partyOf } from './order.ts'
import { orderMachine } from './transitions.ts'

type People = Pick<Order, 'buyerId' | 'sellerId'>

/** In which role somebody acts on an order: as one of its two people before anything else, so that nobody judges their own case. */
export const roleIn = (order: People, viewer: Viewer): Actor | null =>
  partyOf(order, viewer.id) ?? (hasScope(viewer, 'disputes:resolve') ? 'STAFF' : null)

/** What a key needs to act in a role; staff's scopes are asked for of persons and keys alike. */
const scopeOfRole: Readonly<Partial<Record<Actor, string>>> = { BUYER: 'orders:place', SELLER: 'orders:work' }

/** @throws {ApplicationError} FORBIDDEN when the viewer is an API key without the scope for the role */
export const requireScopeIn = (role: Actor, viewer: Viewer): void => {
  const scope = scopeOfRole[role]
  if (scope) requireScopeOfKey(viewer, scope)
}

/** Whether the viewer is a key that only reads in that role. */
export const onlyReads = (role: Actor, viewer: Viewer): boolean => {
  const scope = scopeOfRole[role]
  return viewer.kind === 'api_key' && scope !== undefined && !hasScope(viewer, scope)
}

export const maySee = (order: People, viewer: Viewer | null): boolean =>
  viewer !== null &&
  (partyOf(order, viewer.id) !== null || hasScope(viewer, 'orders:read') || hasScope(viewer, 'disputes:resolve'))

const policies = {
  'order:see': (viewer: Viewer, order: People) => maySee(order, viewer),
  // Who may raise an event stands in the transition table, and only there.
  ...(Object.fromEntries(
    orderEvents.map((event) => [
      `order:${event}`,
      (viewer: Viewer, order: People) => {
        const role = roleIn(order, viewer)
        return role !== null && orderMachine.actorsOf(event).includes(role)
      },
    ]),
  ) as Record<`order:${OrderEvent}`, (viewer: Viewer, order: People) => boolean>),
} satisfies Policies

/** Strangers find no order; its people and staff are refused what is not theirs to do. */
export const authorize = createAuthorize(policies)
