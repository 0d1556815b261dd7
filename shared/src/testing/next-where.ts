/**
 * Takes items of a stream until one fits, and leaves the stream open. A subscription may begin with what was on its way before:
 * a test that waits for its own event must not stumble over it.
 */
export const nextWhere = async <Item>(stream: AsyncIterator<Item>, fits: (item: Item) => boolean): Promise<Item> => {
  for (;;) {
    const { done, value } = await stream.next()
    if (done) throw new Error('the stream ended before an item fitted')
    if (fits(value)) return value
  }
}
