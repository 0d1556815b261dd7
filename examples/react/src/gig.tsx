import { useMutation, useQuery } from '@apollo/client/react'
import { useRef, useState } from 'react'
import { useLocation } from 'wouter'
import {
  GigDocument,
  type OrderTier,
  PayOrderDocument,
  PlaceOrderDocument,
  StartConversationDocument,
} from './__generated__/operations.ts'
import { fieldsOf } from './form.ts'

interface GigProps {
  readonly id: string
  /** Undefined while it is not known yet. */
  readonly isLoggedIn: boolean | undefined
}

export const Gig = ({ id, isLoggedIn }: GigProps) => {
  const { data, error, loading } = useQuery(GigDocument, { variables: { id } })
  const { order, problem } = useOrdering(id)
  const [, goTo] = useLocation()
  const gig = data?.gig
  if (!gig) return <p role="alert">{loading ? 'One moment …' : (error?.message ?? 'There is no such gig.')}</p>
  return (
    <article>
      <h1>{gig.title}</h1>
      <p>
        {gig.seller?.displayName}: {gig.seller?.freelancerProfile?.headline}
      </p>
      {/* `descriptionHtml` comes without scripts: the graph renders and cleans it. */}
      {/** biome-ignore lint/security/noDangerouslySetInnerHtml: safe by the graph's word, which its tests keep */}
      <div dangerouslySetInnerHTML={{ __html: gig.descriptionHtml }} />
      <ul className="packages">
        {gig.packages.map(({ tier, title, description, deliveryDays, price }) => (
          <li key={tier}>
            <strong>{title}</strong> {description} {deliveryDays} days.
            <button
              type="button"
              disabled={isLoggedIn === undefined}
              onClick={() => (isLoggedIn ? order(tier) : goTo('/log-in'))}
            >
              Order for {price.formatted}
            </button>
          </li>
        ))}
      </ul>
      {problem && <p role="alert">{problem}</p>}
      {isLoggedIn && gig.seller && <Ask gigId={id} sellerId={gig.seller.id} />}
      {gig.reviews?.nodes.map((review) => (
        <blockquote key={review.id}>
          {'★'.repeat(review.rating)} {review.comment} ({review.author?.displayName ?? 'Former member'})
        </blockquote>
      ))}
    </article>
  )
}

/** Places an order and leads to its payment. */
const useOrdering = (gigId: string) => {
  const [place] = useMutation(PlaceOrderDocument)
  const [pay] = useMutation(PayOrderDocument)
  const [problem, setProblem] = useState<string>()
  // One key per visit and package: whoever clicks twice, or again after a broken connection, orders once.
  const keys = useRef(new Map<OrderTier, string>())
  const order = async (tier: OrderTier) => {
    const idempotencyKey = keys.current.get(tier) ?? crypto.randomUUID()
    keys.current.set(tier, idempotencyKey)
    const placed = await place({ variables: { gigId, tier, idempotencyKey } })
    const placedOrder = placed.data?.placeOrder.order
    if (!placedOrder) return setProblem((placed.data?.placeOrder.userErrors[0] ?? placed.error)?.message)
    const paid = await pay({ variables: { orderId: placedOrder.id, idempotencyKey } })
    const url = paid.data?.createCheckout.checkout?.url
    if (!url) return setProblem((paid.data?.createCheckout.userErrors[0] ?? paid.error)?.message)
    location.assign(url)
  }
  return { order, problem }
}

const Ask = ({ gigId, sellerId }: { readonly gigId: string; readonly sellerId: string }) => {
  const [start, { data, error }] = useMutation(StartConversationDocument)
  const [, goTo] = useLocation()
  const problem = data?.startConversation.userErrors[0] ?? error
  const ask = async (form: HTMLFormElement) => {
    const answer = await start({ variables: { gigId, sellerId, ...fieldsOf(form, 'message') } })
    const conversation = answer.data?.startConversation.conversation
    if (conversation) goTo(`/messages/${conversation.id}`)
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void ask(event.currentTarget)
      }}
    >
      <input name="message" placeholder="Ask the seller" required />
      <button type="submit">Send</button>
      {problem && <p role="alert">{problem.message}</p>}
    </form>
  )
}
