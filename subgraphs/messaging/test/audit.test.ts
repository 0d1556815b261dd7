import type { Viewer } from '@gigraph/shared/auth'
import { person, staff } from '@gigraph/shared/testing'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Messages, type Messaging, startMessaging, talk } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())

const support = staff('support:write', 'content:moderate', 'notifications:write')
const entry = { actorId: support.id, address: '127.0.0.1', reason: '' }
const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const act = async (viewer: Viewer, name: string, input: object, selection = '') => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { ${selection} userErrors { code } } }`
  return (await m.messaging.as(viewer).query(document, { input }))[name]
}
const toldOf = async (work: () => Promise<unknown>) => {
  const before = (await m.messaging.outbox('staff.acted')).length
  await work()
  return (await m.messaging.outbox('staff.acted')).slice(before)
}

test('the audit log is told of every act of support once, with before and after', async () => {
  const ann = m.member('Ann')
  const { ticket } = await act(ann, 'openTicket', { topic: 'Where is my money?', body: 'I was paid.' }, 'ticket { id }')
  const helper = m.member('Kim', 'SUPPORT')
  const about = { ...entry, subjectId: ann.id, object: { kind: 'TICKET', id: ticket.id } }
  expect(await toldOf(() => act(support, 'assignTicket', { ticketId: ticket.id, assigneeId: helper.id }))).toEqual([
    { ...about, action: 'TICKET_ASSIGNED', before: { assigneeId: null }, after: { assigneeId: helper.id } },
  ])
  const reply = { ticketId: ticket.id, body: 'It is on its way.', clientMessageId: 'c-1' }
  const replies = async () => {
    await act(support, 'replyTicket', reply)
    await act(support, 'replyTicket', reply)
    await act(ann, 'replyTicket', { ticketId: ticket.id, body: 'Thank you.' })
  }
  expect(await toldOf(replies)).toEqual([
    { ...about, action: 'TICKET_REPLIED', before: {}, after: { messageId: expect.any(String) } },
  ])
  const resolve = { ticketId: ticket.id, status: 'RESOLVED' }
  expect(await toldOf(() => act(support, 'setTicketStatus', resolve))).toEqual([
    { ...about, action: 'TICKET_STATUS_SET', before: { status: 'OPEN' }, after: { status: 'RESOLVED' } },
  ])
  const refused = async () =>
    expect((await act(support, 'setTicketStatus', resolve)).userErrors).toEqual([{ code: 'INVALID_STATE' }])
  expect(await toldOf(refused)).toEqual([])
})

test('it is told who had a message taken down, and what was sent in the name of the platform', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const { conversation } = await m.messaging.as(bob).query(Messages, { id: conversationId })
  const [{ id: messageId }] = conversation.messages.nodes
  await act(bob, 'reportMessage', { messageId, reason: 'This is an insult.' }, 'message { id }')
  const { messageReports } = await m.messaging
    .as(support)
    .query('{ messageReports(first: 100) { nodes { id message { id } } } }')
  const report = messageReports.nodes.find(({ message }: { message: { id: string } }) => message.id === messageId)
  const decide = { reportId: report.id, deleteMessage: true }
  expect(await toldOf(() => act(support, 'resolveMessageReport', decide))).toEqual([
    {
      ...{ ...entry, action: 'MESSAGE_REPORT_DECIDED', subjectId: ann.id, object: { kind: 'MESSAGE', id: messageId } },
      ...{ before: {}, after: { deleted: true } },
    },
  ])
  const notice = { category: 'MESSAGES', title: 'Hello all', body: 'We are closed tomorrow.', link: '/news' }
  const sent = { ...entry, action: 'NOTIFICATION_SENT', subjectId: null, object: null, before: {} }
  expect(await toldOf(() => act(support, 'sendNotification', { ...notice, userIds: [ann.id, person().id] }))).toEqual([
    { ...sent, after: { title: 'Hello all', role: null, users: 2 } },
  ])
  expect(await toldOf(() => act(support, 'sendNotification', { ...notice, role: 'CLIENT' }))).toEqual([
    { ...sent, after: { title: 'Hello all', role: 'CLIENT', users: null } },
  ])
})
