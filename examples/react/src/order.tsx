import { useQuery, useSubscription } from '@apollo/client/react'
import { Link } from 'wouter'
import { OrderDocument, OrderUpdatedDocument } from './__generated__/operations.ts'

/** Where an order stands. The checkout leads back to here, often before the payment's confirmation is there: it comes as an event. */
export const Order = ({ id }: { readonly id: string }) => {
  const { data, error } = useQuery(OrderDocument, { variables: { id }, fetchPolicy: 'cache-and-network' })
  // Events carry the fields that are shown; the cache puts them in their place.
  useSubscription(OrderUpdatedDocument, { variables: { id } })
  const order = data?.order
  if (!order) return <p role="alert">{error?.message}</p>
  return (
    <article>
      <h1>{order.title}</h1>
      <p>
        {order.total.formatted} to {order.seller?.displayName ?? 'a former member'}:{' '}
        <output>{order.state.toLowerCase().replaceAll('_', ' ')}</output>
      </p>
      <ol>
        {order.timeline.map(({ id: entry, event, at }) => (
          <li key={entry}>
            {new Date(at).toLocaleString()} {event.toLowerCase().replaceAll('_', ' ')}
          </li>
        ))}
      </ol>
      {order.conversation && <Link href={`/messages/${order.conversation.id}`}>Talk about it</Link>}
    </article>
  )
}
