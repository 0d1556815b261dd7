import type Stripe from 'stripe'
import { missing } from './fault.ts'

/** Cursor and size of a page, as clients send them. */
export interface PageRequest {
  limit?: number | undefined
  starting_after?: string | undefined
  ending_before?: string | undefined
}

/**
 * One page of a list, newest first (https://docs.stripe.com/api/pagination).
 *
 * @param items all matching objects, oldest first.
 * @throws StripeFault 400 for a cursor that names nothing.
 */
export function paginate<T extends { id: string }>(items: T[], request: PageRequest, url: string): Stripe.ApiList<T> {
  const newestFirst = items.toReversed()
  const limit = request.limit ?? 10
  const position = (cursor: string, param: string) => {
    const index = newestFirst.findIndex((item) => item.id === cursor)
    if (index < 0) throw missing('object', cursor, param)
    return index
  }
  if (request.ending_before) {
    const end = position(request.ending_before, 'ending_before')
    const start = Math.max(0, end - limit)
    return { object: 'list', data: newestFirst.slice(start, end), has_more: start > 0, url }
  }
  const start = request.starting_after ? position(request.starting_after, 'starting_after') + 1 : 0
  return {
    object: 'list',
    data: newestFirst.slice(start, start + limit),
    has_more: newestFirst.length > start + limit,
    url,
  }
}
