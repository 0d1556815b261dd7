import { useQuery, useSubscription } from '@apollo/client/react'
import { Link } from 'wouter'
import { InboxDocument, InboxUpdatedDocument } from './__generated__/operations.ts'

export const Inbox = () => {
  const { data, refetch } = useQuery(InboxDocument, { fetchPolicy: 'cache-and-network' })
  // The event's fields go into the cache by themselves; the list is asked for again because its order may be another now.
  useSubscription(InboxUpdatedDocument, { onData: () => void refetch() })
  const conversations = data?.viewer?.conversations?.nodes
  return (
    <ul className="inbox">
      {conversations?.map(({ id, title, counterpart, unreadCount, lastMessage }) => (
        <li key={id}>
          <Link href={`/messages/${id}`}>
            <strong>{counterpart?.displayName ?? 'Former member'}</strong> {title}{' '}
            {unreadCount > 0 && `(${unreadCount})`}
            <br />
            {lastMessage?.body}
          </Link>
        </li>
      ))}
      {conversations?.length === 0 && <li>Nothing yet.</li>}
    </ul>
  )
}
