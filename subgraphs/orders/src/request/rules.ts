import { after } from '@gigraph/shared/time'
import { type ChangeRequest, type FullOrder, openRequest } from '../order/order.ts'
import {
  ASKING_PAUSE,
  CANCELLATION_ANSWER_TIME,
  type Change,
  days,
  EXTENSION_ANSWER_TIME,
  ended,
  type Guard,
  type OrderHow,
} from '../order/rules.ts'

/** What one side asks of the other; all pure. */

const withRequest = (order: FullOrder, request: ChangeRequest): Partial<FullOrder> => ({
  requests: [...order.requests.filter(({ id }) => id !== request.id), request],
})

/** One request of a kind at a time; who was refused, or took it back, does not ask again at once. */
export const mayAsk =
  (kind: ChangeRequest['kind']): Guard =>
  (order, { by, at }) => {
    if (openRequest(order, kind)) return 'a request of this kind waits for its answer.'
    const again = order.requests.flatMap(({ kind: of, requestedBy, state, answeredAt }) =>
      of === kind && requestedBy === by && (state === 'DECLINED' || state === 'WITHDRAWN') && answeredAt
        ? [after(answeredAt, ASKING_PAUSE)]
        : [],
    )
    const wait = again.find((instant) => instant > at)
    return wait ? `you may ask again from ${wait.toISOString()} on.` : null
  }

/** There is no more time to give where nothing is to be delivered. */
export const somethingDue: Guard = ({ dueAt }) => (dueAt ? null : 'nothing is due.')

/** Who asked takes it back, as long as nobody has answered. */
export const mayWithdraw =
  (kind: ChangeRequest['kind']): Guard =>
  (order, { by }) => {
    const open = openRequest(order, kind)
    if (!open) return 'nothing was asked.'
    return open.requestedBy === by ? null : 'the other side asked; answer the request.'
  }

export const withdrawn =
  (kind: ChangeRequest['kind']): Change =>
  (order, { at }) => {
    const open = openRequest(order, kind)
    return open ? withRequest(order, { ...open, state: 'WITHDRAWN', answeredAt: at }) : {}
  }

export const requested =
  (kind: ChangeRequest['kind']): Change =>
  (order, { at, by, newId = '', note = '', fault, days: asked }) =>
    withRequest(order, {
      id: newId,
      orderId: order.id,
      kind,
      requestedBy: by === 'BUYER' ? 'BUYER' : 'SELLER',
      reason: note,
      fault: kind === 'CANCELLATION' ? (fault ?? 'NOBODY') : null,
      days: kind === 'EXTENSION' ? (asked ?? 1) : null,
      state: 'OPEN',
      createdAt: at,
      answerBy: after(at, kind === 'CANCELLATION' ? CANCELLATION_ANSWER_TIME : EXTENSION_ANSWER_TIME),
      answeredAt: null,
    })

/** The other side answers; after the deadline the system does. */
export const mayAnswer =
  (kind: ChangeRequest['kind']): Guard =>
  (order, { by, at }) => {
    const open = openRequest(order, kind)
    if (!open) return 'nothing was asked.'
    if (by === open.requestedBy) return 'the other side answers your request.'
    return by === 'SYSTEM' && at < open.answerBy ? 'there is still time to answer.' : null
  }

/** Silence is consent to the end, not to the blame: what one side says of the other holds when the other agrees. */
const faultOf = ({ fault, requestedBy }: ChangeRequest, how: OrderHow): ChangeRequest['fault'] =>
  how.by === 'SYSTEM' && fault !== requestedBy ? 'NOBODY' : fault

export const cancellationAnswered: Change = (order, how) => {
  const open = openRequest(order, 'CANCELLATION')
  if (!open) return {}
  const answer = { ...open, state: how.accept ? ('ACCEPTED' as const) : ('DECLINED' as const), answeredAt: how.at }
  const change = withRequest(order, answer)
  return how.accept ? { ...change, ...ended(faultOf(open, how))({ ...order, ...change }, how) } : change
}

export const extensionAnswered: Change = (order, { accept, at, by }) => {
  const open = openRequest(order, 'EXTENSION')
  if (!open) return {}
  const state = accept ? 'ACCEPTED' : by === 'SYSTEM' ? 'LAPSED' : 'DECLINED'
  const more = days(open.days ?? 0)
  return {
    ...withRequest(order, { ...open, state, answeredAt: at }),
    ...(accept && order.dueAt && { dueAt: after(order.dueAt, more), lateAt: null }),
    ...(accept && {
      milestones: order.milestones.map((milestone) =>
        milestone.state === 'FUNDED' && milestone.dueAt
          ? { ...milestone, dueAt: after(milestone.dueAt, more) }
          : milestone,
      ),
    }),
  }
}
