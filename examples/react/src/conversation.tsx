import { skipToken, useMutation, useQuery, useSubscription } from '@apollo/client/react'
import { useState } from 'react'
import {
  ConversationDocument,
  type LineFragment,
  MessageAddedDocument,
  SendMessageDocument,
} from './__generated__/operations.ts'
import { fieldsOf } from './form.ts'

/**
 * A live conversation. The subscription begins after the last message that was read, and messages are kept by their numbers: what
 * was written while the socket was down comes when it is back, and what comes twice is there once.
 */
export const Conversation = ({ id, viewerId }: { readonly id: string; readonly viewerId: string }) => {
  const { data, error } = useQuery(ConversationDocument, { variables: { id }, fetchPolicy: 'network-only' })
  const [fresh, setFresh] = useState<readonly LineFragment[]>([])
  const add = (line: LineFragment | null | undefined) => line && setFresh((lines) => [...lines, line])
  const conversation = data?.conversation
  useSubscription(
    MessageAddedDocument,
    conversation
      ? {
          variables: { conversationId: id, afterSequence: conversation.lastSequence },
          onData: (event) => add(event.data.data?.messageAdded),
        }
      : skipToken,
  )
  const lines = new Map([...(conversation?.messages.nodes ?? []), ...fresh].map((line) => [line.sequence, line]))
  if (error) return <p role="alert">{error.message}</p>
  return (
    <section>
      <h1>{conversation?.counterpart?.displayName}</h1>
      <ol className="lines">
        {[...lines.values()]
          .toSorted((one, other) => one.sequence - other.sequence)
          .map((line) => (
            <li key={line.id} className={line.sender?.id === viewerId ? 'own' : ''}>
              {line.body}
            </li>
          ))}
      </ol>
      <Writing conversationId={id} onSent={add} />
    </section>
  )
}

interface WritingProps {
  readonly conversationId: string
  readonly onSent: (line: LineFragment) => void
}

const Writing = ({ conversationId, onSent }: WritingProps) => {
  const [send, { data, error }] = useMutation(SendMessageDocument)
  const problem = data?.sendMessage.userErrors[0] ?? error
  const write = async (form: HTMLFormElement) => {
    // The message's own id: when the answer is lost and it is sent again, it is still one message.
    const variables = { conversationId, clientMessageId: crypto.randomUUID(), ...fieldsOf(form, 'body') }
    const sent = (await send({ variables })).data?.sendMessage.message
    if (!sent) return
    onSent(sent)
    form.reset()
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void write(event.currentTarget)
      }}
    >
      <input name="body" placeholder="Write a message" autoComplete="off" required />
      <button type="submit">Send</button>
      {problem && <p role="alert">{problem.message}</p>}
    </form>
  )
}
