import { userDeleted, userRegistered, userRoleChanged } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { announce, sendDueMails } from '../src/jobs/definitions.ts'
import { Messages, type Messaging, sendTo, startMessaging, talk } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())
beforeEach(() => m.messaging.clock.advance('2h'))

const mutation = (name: string, type: string, selection: string) =>
  `mutation ($input: ${type}!) { ${name}(input: $input) { ${selection} userErrors { code field allowed } } }`
const TICKET = 'ticket { id topic status resolvedAt user { id } assignee { id } order { id } conversation { id kind } }'
const Open = mutation('openTicket', 'OpenTicketInput', TICKET)
const Reply = mutation('replyTicket', 'ReplyTicketInput', `${TICKET} message { sequence sender { id } }`)
const Assign = mutation('assignTicket', 'AssignTicketInput', TICKET)
const SetStatus = mutation('setTicketStatus', 'SetTicketStatusInput', TICKET)
const Tickets = 'query ($filter: TicketFilter) { tickets(filter: $filter, first: 100) { nodes { id status } } }'
const Report = mutation('reportMessage', 'ReportMessageInput', 'message { id }')
const Resolve = mutation(
  'resolveMessageReport',
  'ResolveMessageReportInput',
  'report { id resolvedAt message { body } }',
)
const Reports = '{ messageReports(first: 100) { nodes { id body reason reporter { id } message { id body } } } }'
const Announce = mutation('sendNotification', 'SendNotificationInput', 'accepted')
const Settings = mutation(
  'updateNotificationSettings',
  'UpdateNotificationSettingsInput',
  'settings { timeZone quietFrom quietUntil digestAt }',
)
const Mine = /* GraphQL */ `
  query ($r: [_Any!]!) {
    _entities(representations: $r) {
      ... on Viewer { tickets { nodes { id } } notifications { nodes { title category link } } notificationSettings { timeZone quietFrom digestAt } }
    }
  }`

const run = (viewer: Viewer | null, document: string, input: object) => m.messaging.as(viewer).run(document, { input })
const ask = async (viewer: Viewer, document: string, input: object) =>
  Object.values(await m.messaging.as(viewer).query(document, { input }))[0] as {
    userErrors: { code: string }[]
    // biome-ignore lint/suspicious/noExplicitAny: answers have the shape of the test's own document
    [field: string]: any
  }
const mine = async (viewer: Viewer) =>
  (await m.messaging.as(viewer).query(Mine, { r: [{ __typename: 'Viewer', id: viewer.id }] }))._entities[0]
const code = (expected: string) => [{ extensions: { code: expected } }]
const question = { topic: 'Where is my money?', body: 'I was paid a week ago.' }

describe('tickets', () => {
  test('a user opens one, about an own order; support answers; each side’s words move its status', async () => {
    const ann = m.member('Ann')
    const support = staff('support:write')
    const orderId = makeId()
    m.world.orders.set(orderId, { buyerId: ann.id, sellerId: makeId(), title: 'A logo' })
    const { ticket } = await ask(ann, Open, { ...question, orderId })
    expect(ticket).toMatchObject({
      topic: question.topic,
      status: 'OPEN',
      user: { id: ann.id },
      assignee: null,
      order: { id: orderId },
      conversation: { kind: 'TICKET' },
    })
    expect(await m.messaging.outbox('ticket.opened')).toContainEqual({
      ticketId: ticket.id,
      userId: ann.id,
      topic: question.topic,
    })
    expect((await mine(ann)).tickets.nodes).toEqual([{ id: ticket.id }])

    const reply = { ticketId: ticket.id, body: 'It is on its way.', clientMessageId: 'r-1' }
    const answered = await ask(support, Reply, reply)
    expect(answered).toMatchObject({
      ticket: { status: 'PENDING' },
      message: { sequence: 2, sender: { id: support.id } },
    })
    expect((await ask(support, Reply, reply)).message.sequence).toBe(2)
    const back = await ask(ann, Reply, { ticketId: ticket.id, body: 'Thanks, but when?' })
    expect(back).toMatchObject({ ticket: { status: 'OPEN' }, message: { sequence: 3 } })
    const { conversation } = await m.messaging.as(ann).query(Messages, { id: ticket.conversation.id })
    expect(conversation.unreadCount).toBe(0)
    const direct = await sendTo(m, ann, ticket.conversation.id, 'past the ticket')
    expect(direct.data.sendMessage.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  })

  test('other users find neither the ticket nor its conversation; support reads it without taking part', async () => {
    const ann = m.member('Ann')
    const { ticket } = await ask(ann, Open, question)
    const eve = m.member('Eve')
    expect((await run(eve, Reply, { ticketId: ticket.id, body: 'x' })).errors).toMatchObject(code('NOT_FOUND'))
    const read = (viewer: Viewer | null) => m.messaging.as(viewer).run(Messages, { id: ticket.conversation.id })
    expect((await read(eve)).errors).toMatchObject(code('NOT_FOUND'))
    expect((await read(staff('content:moderate'))).errors).toMatchObject(code('NOT_FOUND'))
    expect((await read(staff('support:write'))).data.conversation.messages.nodes).toMatchObject([
      { body: question.body },
    ])
    const Entities = 'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { topic } } }'
    const entity = { r: [{ __typename: 'Ticket', id: ticket.id }] }
    expect((await m.messaging.as(eve).run(Entities, entity)).errors).toMatchObject(code('NOT_FOUND'))
    expect((await m.messaging.as(ann).query(Entities, entity))._entities).toEqual([{ topic: question.topic }])
    for (const [document, input] of [
      [Assign, { ticketId: ticket.id }],
      [SetStatus, { ticketId: ticket.id, status: 'CLOSED' }],
    ] as const) {
      expect((await run(ann, document, input)).errors).toMatchObject(code('FORBIDDEN'))
      expect((await run(null, document, input)).errors).toMatchObject(code('UNAUTHENTICATED'))
    }
    expect((await m.messaging.as(ann).run(Tickets)).errors).toMatchObject(code('FORBIDDEN'))
    expect((await m.messaging.anonymous.run(Tickets)).errors).toMatchObject(code('UNAUTHENTICATED'))
    expect((await run(null, Open, question)).errors).toMatchObject(code('UNAUTHENTICATED'))
    const orderId = makeId()
    m.world.orders.set(orderId, { buyerId: makeId(), sellerId: makeId(), title: 'Not mine' })
    expect((await run(ann, Open, { ...question, orderId })).errors).toMatchObject(code('NOT_FOUND'))
  })

  test('support assigns to support only, lists by status and assignee, and resolves; the user hears of it', async () => {
    const ann = m.member('Ann')
    const support = staff('support:write')
    const colleague = m.member('Sue', 'SUPPORT')
    const { ticket } = await ask(ann, Open, question)
    const ticketId = ticket.id
    expect((await ask(support, Assign, { ticketId, assigneeId: ann.id })).userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'assigneeId'] },
    ])
    expect((await ask(support, Assign, { ticketId, assigneeId: colleague.id })).ticket.assignee).toEqual({
      id: colleague.id,
    })
    const list = async (filter: object) =>
      (await m.messaging.as(support).query(Tickets, { filter })).tickets.nodes.map(({ id }: { id: string }) => id)
    expect(await list({ assigneeId: colleague.id })).toEqual([ticketId])
    expect(await list({ statuses: ['OPEN'] })).toContain(ticketId)
    expect(await list({ statuses: ['CLOSED'] })).not.toContain(ticketId)

    const resolved = await ask(support, SetStatus, { ticketId, status: 'RESOLVED' })
    expect(resolved.ticket).toMatchObject({ status: 'RESOLVED', resolvedAt: expect.anything() })
    expect(await m.messaging.outbox('ticket.resolved')).toContainEqual({ ticketId, userId: ann.id })
    expect((await ask(support, SetStatus, { ticketId, status: 'PENDING' })).userErrors).toMatchObject([
      { code: 'INVALID_STATE', allowed: ['OPEN', 'CLOSED'] },
    ])
    const again = await ask(ann, Reply, { ticketId, body: 'Not yet.' })
    expect(again.ticket).toMatchObject({ status: 'OPEN', resolvedAt: null })
    await ask(support, SetStatus, { ticketId, status: 'CLOSED' })
    expect((await ask(ann, Reply, { ticketId, body: 'Hello?' })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect((await ask(support, Assign, { ticketId })).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    expect((await ask(ann, Open, { topic: 'x', body: '' })).userErrors).toMatchObject([
      { field: ['input', 'topic'] },
      { field: ['input', 'body'] },
    ])
  })

  test('who is to look after a ticket hears of it once, its user that it is closed', async () => {
    const ann = m.member('Ann')
    const support = staff('support:write')
    const colleague = m.member('Sue', 'SUPPORT')
    const titles = async (viewer: Viewer) =>
      (await mine(viewer)).notifications.nodes.map(({ title }: { title: string }) => title)
    const { ticket } = await ask(ann, Open, question)
    const ticketId = ticket.id
    for (const _ of [1, 2]) await ask(support, Assign, { ticketId, assigneeId: colleague.id })
    expect(await titles(colleague)).toEqual(['A ticket for you'])
    // Whoever takes it needs not be told.
    const taking = { ...support, id: m.member('Tom', 'SUPPORT').id }
    await ask(taking, Assign, { ticketId, assigneeId: taking.id })
    expect(await titles(taking)).toEqual([])
    await ask(support, SetStatus, { ticketId, status: 'CLOSED' })
    expect(await titles(ann)).toEqual(['Your ticket is closed'])
    const { ticket: another } = await ask(ann, Open, question)
    for (const status of ['RESOLVED', 'CLOSED']) await ask(support, SetStatus, { ticketId: another.id, status })
    expect(await titles(ann)).toEqual(['Your ticket is closed'])
  })

  test('a deleted user’s ticket says nothing of them', async () => {
    const ann = m.member('Ann')
    const { ticket } = await ask(ann, Open, question)
    await m.messaging.consume(userDeleted, { userId: ann.id })
    const Entities =
      'query ($r: [_Any!]!) { _entities(representations: $r) { ... on Ticket { topic user { id } conversation { title lastMessage { body } } } } }'
    const { _entities } = await m.messaging
      .as(staff('support:write'))
      .query(Entities, { r: [{ __typename: 'Ticket', id: ticket.id }] })
    expect(_entities).toEqual([
      { topic: 'Deleted account', user: null, conversation: { title: 'Deleted account', lastMessage: { body: '' } } },
    ])
  })
})

describe('reports', () => {
  test('open the conversation to staff until they have decided; the text stays as it was reported', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const moderator = staff('content:moderate')
    const messageId = (await sendTo(m, ann, conversationId, 'Pay me outside!')).data.sendMessage.message.id
    const read = () => m.messaging.as(moderator).run(Messages, { id: conversationId })
    const report = { messageId, reason: 'Wants to be paid outside.' }
    expect((await read()).errors).toMatchObject(code('NOT_FOUND'))
    expect((await run(person(), Report, report)).errors).toMatchObject(code('NOT_FOUND'))
    expect((await run(null, Report, report)).errors).toMatchObject(code('UNAUTHENTICATED'))
    expect((await ask(ann, Report, report)).userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
    expect((await ask(bob, Report, { messageId, reason: 'bad' })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await ask(bob, Report, report)).message).toEqual({ id: messageId })
    expect((await ask(bob, Report, report)).userErrors).toMatchObject([{ code: 'ALREADY_EXISTS' }])
    expect((await read()).data.conversation.messages.nodes).toHaveLength(2)
    // Staff read; they do not write, mark or listen.
    expect((await sendTo(m, moderator, conversationId, 'x')).errors).toMatchObject(code('FORBIDDEN'))

    await m.messaging
      .as(ann)
      .query('mutation ($input: DeleteMessageInput!) { deleteMessage(input: $input) { userErrors { code } } }', {
        input: { messageId },
      })
    expect((await m.messaging.as(bob).run(Reports)).errors).toMatchObject(code('FORBIDDEN'))
    const { messageReports } = await m.messaging.as(moderator).query(Reports)
    const filed = messageReports.nodes.find((each: { message: { id: string } }) => each.message.id === messageId)
    expect(filed).toMatchObject({ body: 'Pay me outside!', reporter: { id: bob.id }, message: { body: '' } })

    const decision = { reportId: filed.id, deleteMessage: true }
    expect((await run(bob, Resolve, decision)).errors).toMatchObject(code('FORBIDDEN'))
    expect((await ask(moderator, Resolve, decision)).report.resolvedAt).not.toBeNull()
    expect((await ask(moderator, Resolve, decision)).userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const told = async (viewer: Viewer) =>
      (await mine(viewer)).notifications.nodes.map(({ title }: { title: string }) => title)
    expect((await told(bob)).filter((title: string) => title !== 'New messages')).toEqual([
      'Your report was decided on',
    ])
    expect(await told(ann)).toEqual(['A message of yours was taken down'])
    expect((await read()).errors).toMatchObject(code('NOT_FOUND'))
  })

  test('a decision to leave the message leaves it', async () => {
    const { ann, bob, conversationId } = await talk(m)
    const messageId = (await sendTo(m, ann, conversationId, 'all is well')).data.sendMessage.message.id
    await ask(bob, Report, { messageId, reason: 'I do not like this.' })
    const moderator = staff('content:moderate')
    const { messageReports } = await m.messaging.as(moderator).query(Reports)
    const [filed] = messageReports.nodes.filter((each: { message: { id: string } }) => each.message.id === messageId)
    const { report } = await ask(moderator, Resolve, { reportId: filed.id, deleteMessage: false })
    expect(report.message.body).toBe('all is well')
  })
})

describe('announcements', () => {
  const news = { title: 'Planned maintenance', body: 'On Sunday at 02:00 UTC.', category: 'ORDERS', link: '/status' }

  test('reach those who are named, by staff only', async () => {
    const ann = m.member('Ann')
    const admin = staff('notifications:write')
    expect((await run(ann, Announce, { ...news, userIds: [ann.id] })).errors).toMatchObject(code('FORBIDDEN'))
    expect((await run(null, Announce, { ...news, userIds: [ann.id] })).errors).toMatchObject(code('UNAUTHENTICATED'))
    for (const input of [news, { ...news, userIds: [ann.id], role: 'CLIENT' }, { ...news, userIds: [] }])
      expect((await ask(admin, Announce, input)).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    for (const link of ['//evil.example', 'https://evil.example', '/\\evil.example'])
      expect((await ask(admin, Announce, { ...news, userIds: [ann.id], link })).userErrors).toMatchObject([
        { field: ['input', 'link'] },
      ])
    expect(await ask(admin, Announce, { ...news, userIds: [ann.id, ann.id] })).toEqual({
      accepted: true,
      userErrors: [],
    })
    expect((await mine(ann)).notifications.nodes).toEqual([{ title: news.title, category: 'ORDERS', link: '/status' }])
  })

  test('reach all of a role once, page by page, whatever the job repeats', async () => {
    const creators = Array.from({ length: 203 }, () => makeId())
    for (const userId of creators)
      await m.messaging.consume(userRegistered, {
        userId,
        handle: 'tess',
        displayName: 'Tess',
        roles: ['TOOL_CREATOR'],
      })
    const [former = ''] = creators
    await m.messaging.consume(userRoleChanged, { userId: former, roles: ['CLIENT'] })
    await ask(staff('notifications:write'), Announce, { ...news, role: 'TOOL_CREATOR' })
    for (let page = 1; page <= 2; page += 1) {
      const jobs = await m.messaging.outbox('announce')
      expect(jobs).toHaveLength(page)
      await m.messaging.runJob(announce, jobs.at(-1))
    }
    const [job] = await m.messaging.outbox('announce')
    await m.messaging.runJob(announce, job)
    expect(await m.messaging.outbox('announce')).toHaveLength(2)
    const told = async (id: string) =>
      (await mine({ ...person(), id })).notifications.nodes.filter(
        ({ title }: { title: string }) => title === news.title,
      )
    expect(await told(former)).toEqual([])
    // Another one, whose job is lost: the sweeper goes on with it.
    const late = { ...news, title: 'Later', role: 'TOOL_CREATOR' }
    await ask(staff('notifications:write'), Announce, late)
    m.messaging.clock.advance('11m')
    await m.messaging.runJob(sendDueMails, {})
    const [, second = ''] = creators
    expect((await mine({ ...person(), id: second })).notifications.nodes).toContainEqual(
      expect.objectContaining({ title: 'Later' }),
    )
    for (const id of creators.slice(1, 4).concat(creators.slice(-1))) expect(await told(id)).toHaveLength(1)
  })
})

describe('settings', () => {
  test('quiet hours hold mails back until the morning of the reader', async () => {
    const ann = m.member('Ann')
    const admin = staff('notifications:write')
    m.messaging.clock.set(new Date('2027-06-01T21:30:00Z'))
    expect((await mine(ann)).notificationSettings).toEqual({ timeZone: 'UTC', quietFrom: null, digestAt: '08:00' })
    const { settings } = await ask(ann, Settings, { quietFrom: '23:00', quietUntil: '06:30' })
    // Identity knows where Ann lives.
    expect(settings).toEqual({ timeZone: 'Europe/Berlin', quietFrom: '23:00', quietUntil: '06:30', digestAt: '08:00' })
    const news = { title: 'Something new', body: 'It is here.', category: 'ORDERS', userIds: [ann.id] }
    await ask(admin, Announce, news)
    await m.messaging.runJob(sendDueMails, {})
    expect(await m.mailsTo(ann.email)).toEqual([])
    await ask(admin, Announce, { ...news, title: 'Somebody has your password', category: 'SECURITY' })
    await m.messaging.runJob(sendDueMails, {})
    const [alarm] = await m.mailsTo(ann.email)
    expect(alarm?.subject).toBe('Somebody has your password')
    expect(alarm?.headers['list-unsubscribe']).toBeUndefined()
    m.messaging.clock.set(new Date('2027-06-02T04:30:00Z'))
    await m.messaging.runJob(sendDueMails, {})
    expect((await m.mailsTo(ann.email)).map(({ subject }) => subject)).toEqual([alarm?.subject, 'Something new'])
  })

  test('what is no time or zone is refused; quiet hours come and go as a pair', async () => {
    const ann = m.member('Ann')
    const faulty: [object, string][] = [
      [{ timeZone: 'Mars/Base' }, 'timeZone'],
      [{ digestAt: '24:00' }, 'digestAt'],
      [{ quietFrom: '22:00' }, 'quietUntil'],
    ]
    for (const [input, field] of faulty)
      expect((await ask(ann, Settings, input)).userErrors).toMatchObject([
        { code: 'VALIDATION', field: ['input', field] },
      ])
    await ask(ann, Settings, { quietFrom: '22:00', quietUntil: '07:00', timeZone: 'Asia/Tokyo' })
    const { settings } = await ask(ann, Settings, { quietFrom: null, quietUntil: null, digestAt: '18:15' })
    expect(settings).toEqual({ timeZone: 'Asia/Tokyo', quietFrom: null, quietUntil: null, digestAt: '18:15' })
    expect((await run(null, Settings, {})).errors).toMatchObject(code('UNAUTHENTICATED'))
  })
})
