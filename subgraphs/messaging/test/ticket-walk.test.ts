import type { Viewer } from '@gigraph/shared/auth'
import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { nextStatuses, type TicketStatus } from '../src/ticket/ticket.ts'
import { type Messaging, startMessaging } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

const support = staff('support:write')
const ticket = 'ticket { id status resolvedAt assignee { id } conversation { id lastSequence } }'
const mutation = (name: string, type: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${ticket} userErrors { code allowed } } }`
const act = async (viewer: Viewer, name: string, type: string, input: object) =>
  (await m.messaging.as(viewer).query(mutation(name, type), { input }))[name]

const statuses: TicketStatus[] = ['OPEN', 'PENDING', 'RESOLVED', 'CLOSED']
const actions = ['user writes', 'support writes', 'assign', ...statuses] as const

/** Numbers below `most` that look random and are the same for the same seed. */
const chance = (seed: number) => {
  let state = seed
  return (most: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((state / 2 ** 31) * most)
  }
}

test.each([1, 2, 3, 4, 5, 6, 7, 8])(
  'a ticket is where its rules say, whatever is done with it (walk %i)',
  async (seed) => {
    const user = m.member('Ann', 'CLIENT')
    const colleague = m.member('Sue', 'SUPPORT')
    const pick = chance(seed)
    const { ticket: opened } = await act(user, 'openTicket', 'OpenTicketInput', { topic: 'A question', body: 'How?' })
    const ticketId = opened.id
    let model = { status: 'OPEN' as TicketStatus, resolved: false, messages: 1, times: 0 }

    const done: string[] = []
    for (let step = 0; step < 12; step += 1) {
      m.messaging.clock.advance('1m')
      // The end comes late, or there would be nothing after it.
      const action = actions[pick(step < 8 ? actions.length - 1 : actions.length)] ?? 'assign'
      done.push(action)
      const closed = model.status === 'CLOSED'
      let answer: { ticket: typeof opened; userErrors: { code: string; allowed: string[] | null }[] }
      let allowed = !closed
      if (action === 'assign') {
        answer = await act(support, 'assignTicket', 'AssignTicketInput', { ticketId, assigneeId: colleague.id })
      } else if (action === 'user writes' || action === 'support writes') {
        const writes = action === 'user writes' ? user : support
        answer = await act(writes, 'replyTicket', 'ReplyTicketInput', { ticketId, body: 'And now?' })
        if (allowed)
          model = {
            ...model,
            status: writes === user ? 'OPEN' : 'PENDING',
            resolved: false,
            messages: model.messages + 1,
          }
      } else {
        allowed = nextStatuses(model.status).includes(action)
        answer = await act(support, 'setTicketStatus', 'SetTicketStatusInput', { ticketId, status: action })
        if (!allowed) expect(answer.userErrors[0]?.allowed, done.join()).toEqual(nextStatuses(model.status))
        else {
          const resolved = action === 'RESOLVED' || (action === 'CLOSED' && model.resolved)
          model = { ...model, status: action, resolved, times: model.times + (action === 'RESOLVED' ? 1 : 0) }
        }
      }
      expect(
        answer.userErrors.map(({ code }) => code),
        done.join(),
      ).toEqual(allowed ? [] : ['INVALID_STATE'])
      const [now] = (
        await m.messaging
          .as(user)
          .query(
            `query ($of: [_Any!]!) { _entities(representations: $of) { ... on Ticket { status resolvedAt conversation { lastSequence } } } }`,
            { of: [{ __typename: 'Ticket', id: ticketId }] },
          )
      )._entities
      expect({ ...now, resolvedAt: now.resolvedAt !== null }, done.join()).toEqual({
        status: model.status,
        resolvedAt: model.resolved,
        conversation: { lastSequence: model.messages },
      })
    }
    const resolved = (await m.messaging.outbox('ticket.resolved')).filter((told) => told.ticketId === ticketId)
    expect(resolved).toHaveLength(model.times)
  },
)

test('of fifty who close, resolve and answer at once each finds the ticket as the one before left it', async () => {
  const user = m.member('Ann', 'CLIENT')
  const { ticket: opened } = await act(user, 'openTicket', 'OpenTicketInput', { topic: 'A question', body: 'How?' })
  const ticketId = opened.id
  m.messaging.clock.advance('1m')
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      index % 5 === 0
        ? act(user, 'replyTicket', 'ReplyTicketInput', { ticketId, body: `And ${index}?` })
        : act(support, 'setTicketStatus', 'SetTicketStatusInput', {
            ticketId,
            status: index === 33 ? 'CLOSED' : 'RESOLVED',
          }),
    ),
  )
  const succeeded = answers.filter(({ userErrors }) => userErrors.length === 0)
  const resolved = (await m.messaging.outbox('ticket.resolved')).filter((told) => told.ticketId === ticketId)
  expect(succeeded.filter((answer) => answer.ticket.status === 'RESOLVED')).toHaveLength(resolved.length)
  // Between two that resolve somebody must have written.
  const written = succeeded.filter((answer) => answer.ticket.status === 'OPEN').length
  expect(resolved.length).toBeLessThanOrEqual(written + 1)
  expect(answers[33]?.userErrors).toEqual([])
})
