import type { PoolClient } from 'pg'

/** Of pg's client what its types leave out. */
interface Wire {
  readonly connection: { readonly stream: { destroy(reason: Error): void } }
}

/**
 * Gives a connection up when a statement on it stays without an answer, whatever the network does. With one timer per connection:
 * pg's own `query_timeout` hangs a closure on each statement, and V8 then keeps the rows of all statements until its next full
 * collection, which cost a search a sixth of its processor time.
 *
 * @param limitMs how long the connection may take to answer
 */
export const watchAnswers = (client: PoolClient, limitMs: number): void => {
  let waiting = false
  const giveUp = () => {
    // pg's own words for it: see `isConnectionLoss`.
    if (waiting) (client as unknown as Wire).connection.stream.destroy(new Error('Query read timeout'))
  }
  const timer = setTimeout(giveUp, limitMs).unref()
  const query = client.query.bind(client) as (...args: unknown[]) => unknown
  client.query = ((...args: unknown[]) => {
    waiting = true
    timer.refresh()
    return query(...args)
  }) as typeof client.query
  client.on('drain', () => {
    waiting = false
  })
  client.once('end', () => clearTimeout(timer))
}
