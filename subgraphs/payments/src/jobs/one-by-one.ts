import type { Context } from '../context.ts'

/**
 * Does something for each, one after the other. One that fails stops none of those behind it, now or at the next time: it is an error in
 * the log.
 */
export const oneByOne = async <Item>(
  { log }: Context,
  items: Iterable<Item> | AsyncIterable<Item>,
  { work, failed }: { readonly work: (item: Item) => Promise<unknown>; readonly failed: (item: Item) => object },
): Promise<void> => {
  for await (const item of items)
    try {
      await work(item)
    } catch (error) {
      log.error({ err: error, ...failed(item) }, 'this failed; it is tried again with the next ones')
    }
}
