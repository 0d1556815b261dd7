import type { Viewer } from '@gigraph/shared/auth'
import { staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import * as events from '../src/events.ts'
import { type Messaging, Start, startMessaging } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

const support = staff('support:write')

/** Runs a mutation fifty times at once and answers how many succeeded; those that did not say so in words or by a code. */
const fifty = async (viewer: Viewer, name: string, type: string, input: object): Promise<number> => {
  const document = `mutation ($input: ${type}!) { ${name}(input: $input) { __typename userErrors { code } } }`
  const answers = await Promise.all(Array.from({ length: 50 }, () => m.messaging.as(viewer).run(document, { input })))
  const codes = answers.flatMap(({ errors }) => errors?.map(({ extensions }) => extensions?.code) ?? [])
  expect(codes.filter((code) => code !== 'RATE_LIMITED')).toEqual([])
  return answers.filter(({ data }) => data?.[name]?.userErrors.length === 0).length
}

/** How many events of each name there are, each as the contract says. */
const told = async () => {
  const counts: Record<string, number> = {}
  for (const event of Object.values(events)) {
    const payloads = await m.messaging.outbox(event.name)
    for (const payload of payloads) expect(event.schema.parse(payload), event.name).toEqual(payload)
    counts[event.name] = payloads.length
  }
  return counts
}

test('every event of the contract is told once, however many ask at once', async () => {
  const ann = m.member('Ann', 'CLIENT')
  const bob = m.member('Bob', 'FREELANCER')
  const nothing = {
    'message.sent': 0,
    'conversation.started': 0,
    'ticket.opened': 0,
    'ticket.resolved': 0,
    'user.blocked': 0,
  }
  expect(await told()).toEqual(nothing)

  const first = { participantId: bob.id, message: 'Hello', clientMessageId: 'c-1' }
  expect(await fifty(ann, 'startConversation', 'StartConversationInput', first)).toBe(50)
  expect(await told()).toEqual({ ...nothing, 'conversation.started': 1, 'message.sent': 1 })

  const { startConversation } = await m.messaging.as(ann).query(Start, { input: first })
  const conversationId = startConversation.conversation.id
  const second = { conversationId, body: 'Hello again', clientMessageId: 'c-2' }
  expect(await fifty(ann, 'sendMessage', 'SendMessageInput', second)).toBe(50)
  expect(await told()).toMatchObject({ 'conversation.started': 1, 'message.sent': 2 })

  expect(await fifty(bob, 'blockUser', 'BlockUserInput', { userId: ann.id })).toBe(50)
  expect(await told()).toMatchObject({ 'user.blocked': 1 })

  // Tickets have no id of the client's: each is one of the five an hour.
  const question = { topic: 'A question', body: 'How does this work?' }
  const opened = await fifty(bob, 'openTicket', 'OpenTicketInput', question)
  expect(opened).toBe(5)
  expect(await told()).toMatchObject({ 'ticket.opened': 5, 'ticket.resolved': 0, 'message.sent': 7 })

  const { tickets } = await m.messaging.as(support).query('{ tickets { nodes { id } } }')
  const status = { ticketId: tickets.nodes[0].id, status: 'RESOLVED' }
  expect(await fifty(support, 'setTicketStatus', 'SetTicketStatusInput', status)).toBe(1)
  expect(await told()).toMatchObject({ 'ticket.resolved': 1 })

  // What only changes what is there tells nobody elsewhere.
  const before = await told()
  const messageId = startConversation.message.id
  await fifty(bob, 'markRead', 'MarkReadInput', { conversationId })
  await fifty(ann, 'deleteMessage', 'DeleteMessageInput', { messageId })
  await fifty(bob, 'reportMessage', 'ReportMessageInput', { messageId, reason: 'Not nice at all.' })
  await fifty(bob, 'unblockUser', 'UnblockUserInput', { userId: ann.id })
  expect(await told()).toEqual(before)
})
