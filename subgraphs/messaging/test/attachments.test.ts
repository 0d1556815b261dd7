import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userDeleted } from '@gigraph/identity/events'
import type { Viewer } from '@gigraph/shared/auth'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { eq } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { uploads } from '../../profiles/src/tables.ts'
import { processUpload } from '../../profiles/src/upload/process-upload.ts'
import { mailUnreadMessages } from '../src/jobs/definitions.ts'
import { releaseFiles } from '../src/message/release-files.ts'
import { attachments, conversations } from '../src/tables.ts'
import { type Messaging, Start, sendTo, startWithFiles, talk } from './start.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-message-files-'))
let m: Messaging
beforeAll(async () => {
  m = await startWithFiles(directory)
})
afterAll(async () => {
  await m.close()
  rmSync(directory, { recursive: true, force: true })
})
beforeEach(() => m.messaging.clock.advance('2h'))

const Begin = /* GraphQL */ `mutation ($input: CreateUploadInput!) { createUpload(input: $input) {
  upload { id } request { url headers { name value } } } }`
const bytes = Buffer.from('%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF')

/** An upload of somebody's; sent and checked unless told otherwise. */
const upload = async (viewer: Viewer, { purpose = 'MESSAGE_ATTACHMENT', sent = true } = {}): Promise<string> => {
  const input = { purpose, contentType: 'application/pdf', byteSize: bytes.length, fileName: 'plan.pdf' }
  const { createUpload } = await m.profiles.as(viewer).query(Begin, { input })
  const { url, headers } = createUpload.request
  const { pathname, search } = new URL(url)
  if (sent) {
    const init = {
      method: 'PUT',
      headers: Object.fromEntries(headers.map(({ name, value }: { name: string; value: string }) => [name, value])),
      body: new Uint8Array(bytes),
    }
    expect((await fetch(new URL(pathname + search, m.profiles.service.url), init)).ok).toBe(true)
    await m.profiles.runJob(processUpload, { uploadId: createUpload.upload.id })
  }
  return createUpload.upload.id
}
const rowOf = async (id: string) => (await m.profiles.context.db.select().from(uploads).where(eq(uploads.id, id)))[0]
const released = async () => (await m.messaging.outbox(releaseFiles.name)).flatMap(({ uploadIds }) => uploadIds)

const Files = /* GraphQL */ `
  query ($of: [_Any!]!) { _entities(representations: $of) { ... on Message { body attachments { id fileName contentType byteSize status url } } } }`
const filesOf = (viewer: Viewer | null, id: string) =>
  m.messaging.as(viewer).run(Files, { of: [{ __typename: 'Message', id }] })
const send = async (viewer: Viewer, conversationId: string, body: string, more: object) =>
  (await sendTo(m, viewer, conversationId, body, more)).data.sendMessage
const mutation = (name: string, input: string, selection: string) =>
  `mutation ($input: ${input}!) { ${name}(input: $input) { ${selection} userErrors { code field } } }`
const Delete = mutation('deleteMessage', 'DeleteMessageInput', 'message { id }')
const Report = mutation('reportMessage', 'ReportMessageInput', 'message { id }')
const Resolve = mutation('resolveMessageReport', 'ResolveMessageReportInput', 'report { id }')
const Open = mutation('openTicket', 'OpenTicketInput', 'ticket { id conversation { lastMessage { id } } }')
const Reply = mutation('replyTicket', 'ReplyTicketInput', 'message { id }')
const Reports = '{ messageReports(last: 100) { nodes { id message { id } attachments { id } } } }'
const field = ['input', 'attachmentIds']

test('those in the conversation get links to the files of a message, in their order, that work; nobody else', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const [one, two] = [await upload(ann), await upload(ann)]
  const { message } = await send(ann, conversationId, 'The plans', { attachmentIds: [two, one, two] })
  for (const viewer of [ann, bob]) {
    const [{ attachments: files }] = (await filesOf(viewer, message.id)).data._entities
    expect(files).toMatchObject([
      { id: two, fileName: 'plan.pdf', contentType: 'application/pdf', byteSize: bytes.length, status: 'READY' },
      { id: one },
    ])
    const { pathname, search } = new URL(files[0].url)
    const got = await fetch(new URL(pathname + search, m.profiles.service.url))
    expect(Buffer.from(await got.arrayBuffer())).toEqual(bytes)
    expect(got.headers.get('content-disposition')).toContain('attachment')
    expect(got.headers.get('x-content-type-options')).toBe('nosniff')
    m.messaging.clock.advance('11m')
    expect((await fetch(new URL(pathname + search, m.profiles.service.url))).status).toBe(403)
  }
  for (const viewer of [person('CLIENT'), staff('content:moderate'), null]) {
    const answer = await filesOf(viewer, message.id)
    expect(answer.data?._entities ?? [null]).toEqual([null])
    expect(JSON.stringify(answer)).not.toContain('plan.pdf')
  }
})

test('a message may be files alone, from the first one on; one without text and files is none', async () => {
  const ann = m.member('Ann')
  const bob = m.member('Bob')
  const first = { participantId: bob.id, message: '', attachmentIds: [await upload(ann)] }
  const { startConversation } = await m.messaging.as(ann).query(Start, { input: first })
  expect(startConversation.userErrors).toEqual([])
  const conversationId = startConversation.conversation.id
  await send(ann, conversationId, ' ', { attachmentIds: [await upload(ann), await upload(ann)] })
  const { startConversation: none } = await m.messaging.as(ann).query(Start, { input: { ...first, attachmentIds: [] } })
  expect(none.userErrors).toMatchObject([{ code: 'VALIDATION', field: ['input', 'message'] }])
  expect((await send(ann, conversationId, '', {})).userErrors).toMatchObject([{ field: ['input', 'body'] }])

  await m.messaging.runJob(mailUnreadMessages, { conversationId, userId: bob.id })
  const [mail] = await m.mailsTo(bob.email)
  expect(mail?.text).toContain('Ann: (a file)')
  expect(mail?.text).toContain('Ann: (2 files)')
})

test('only one’s own, sent, for messages, at most ten, each in one message; what is refused keeps no files', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const refused = async (attachmentIds: string[]) =>
    (await send(ann, conversationId, 'x', { attachmentIds })).userErrors
  for (const id of [
    await upload(bob),
    await upload(ann, { sent: false }),
    await upload(ann, { purpose: 'JOB_ATTACHMENT' }),
    makeId(),
  ])
    expect(await refused([id])).toMatchObject([{ code: 'VALIDATION', field }])
  expect((await refused(['nonsense']))[0]).toMatchObject({ code: 'VALIDATION' })
  expect(await refused(Array.from({ length: 11 }, makeId))).toMatchObject([{ code: 'VALIDATION', field }])

  const file = await upload(ann)
  // Fifty at once, with one file: one message has it.
  const elsewhere = await m.messaging
    .as(ann)
    .query(Start, { input: { participantId: m.member('Cy').id, message: 'Hi' } })
  m.messaging.clock.advance('2m')
  const answers = await Promise.all(
    Array.from({ length: 50 }, (_, index) =>
      sendTo(m, ann, index % 2 ? conversationId : elsewhere.startConversation.conversation.id, 'x', {
        attachmentIds: [file],
      }),
    ),
  )
  expect(answers.filter(({ data }) => data?.sendMessage?.message)).toHaveLength(1)
  const codes = answers.flatMap(({ data, errors }) => [
    ...(errors ?? []).map(({ extensions }) => extensions?.code),
    ...(data?.sendMessage?.userErrors ?? []).map(({ code }: { code: string }) => code),
  ])
  expect(codes).toEqual(Array.from({ length: 49 }, () => 'VALIDATION'))
  expect(await m.messaging.context.db.select().from(attachments).where(eq(attachments.uploadId, file))).toHaveLength(1)

  // Nor does it begin anything: no conversation, no ticket, nothing that counts.
  const begun = async () => ({
    conversations: await m.messaging.context.db.$count(conversations, eq(conversations.startedBy, ann.id)),
    told:
      (await m.messaging.outbox('conversation.started')).length + (await m.messaging.outbox('ticket.opened')).length,
  })
  const before = await begun()
  m.messaging.clock.advance('2m')
  const again = { participantId: m.member('Di').id, message: 'Hi', attachmentIds: [file] }
  const { startConversation } = await m.messaging.as(ann).query(Start, { input: again })
  expect(startConversation.userErrors).toMatchObject([{ code: 'VALIDATION', field }])
  const question = { topic: 'A question', body: 'How?', attachmentIds: [file] }
  const { openTicket } = await m.messaging.as(ann).query(Open, { input: question })
  expect(openTicket.userErrors).toMatchObject([{ code: 'VALIDATION', field }])
  expect(await begun()).toEqual(before)

  m.messaging.clock.advance('2m')
  const late = await upload(ann)
  await m.messaging.as(bob).query(mutation('blockUser', 'BlockUserInput', 'user { id }'), { input: { userId: ann.id } })
  expect(await refused([late])).toMatchObject([{ code: 'NOT_ALLOWED' }])
  expect((await sendTo(m, person('CLIENT'), conversationId, 'x', { attachmentIds: [late] })).errors).toMatchObject([
    { extensions: { code: 'NOT_FOUND' } },
  ])
  expect((await rowOf(late))?.claimedAt).toBeNull()
  expect((await rowOf(file))?.claimedAt).not.toBeNull()
})

test('a retry with files is one message', async () => {
  const { ann, conversationId } = await talk(m)
  const more = { attachmentIds: [await upload(ann)], clientMessageId: 'c-1' }
  const sent = await Promise.all(Array.from({ length: 5 }, () => send(ann, conversationId, 'once', more)))
  expect(new Set(sent.map(({ message }) => message?.id)).size).toBe(1)
  await m.messaging.as(ann).query(Delete, { input: { messageId: sent[0].message.id } })
  expect((await send(ann, conversationId, 'once', more)).message).toMatchObject({ id: sent[0].message.id, body: '' })
})

test('files go with their message, as often as the job runs', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const file = await upload(ann)
  const { message } = await send(ann, conversationId, 'A mistake', { attachmentIds: [file] })
  await m.messaging.as(ann).query(Delete, { input: { messageId: message.id } })
  await m.messaging.as(ann).query(Delete, { input: { messageId: message.id } })
  expect((await released()).filter((id) => id === file)).toEqual([file])
  for (const _ of [1, 2]) await m.messaging.runJob(releaseFiles, { uploadIds: [file] })
  expect(await rowOf(file)).toBeUndefined()
  expect((await filesOf(bob, message.id)).data._entities).toEqual([{ body: '', attachments: [] }])
})

test('staff see the files of a reported message until they have decided, also when its author deletes it', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const moderator = staff('content:moderate')
  const file = await upload(ann)
  const messageId = (await send(ann, conversationId, 'Look', { attachmentIds: [file] })).message.id
  await m.messaging.as(bob).query(Report, { input: { messageId, reason: 'This is not mine to see.' } })
  await m.messaging.as(ann).query(Delete, { input: { messageId } })
  expect(await released()).not.toContain(file)
  expect((await filesOf(bob, messageId)).data._entities).toMatchObject([{ attachments: [] }])
  const { messageReports } = await m.messaging.as(moderator).query(Reports)
  const filed = messageReports.nodes.find((each: { message: { id: string } }) => each.message.id === messageId)
  expect(filed.attachments).toEqual([{ id: file }])
  await m.messaging.as(moderator).query(Resolve, { input: { reportId: filed.id, deleteMessage: false } })
  expect(await released()).toContain(file)
})

test('tickets take files, for their user and for support', async () => {
  const ann = m.member('Ann')
  const support = { ...staff('support:write'), id: m.member('Sue', 'SUPPORT').id }
  const [question, answer] = [await upload(ann), await upload(support)]
  const { openTicket } = await m.messaging
    .as(ann)
    .query(Open, { input: { topic: 'A question', body: 'How?', attachmentIds: [question] } })
  const first = openTicket.ticket.conversation.lastMessage.id
  const input = { ticketId: openTicket.ticket.id, body: '', attachmentIds: [answer] }
  const { replyTicket } = await m.messaging.as(support).query(Reply, { input })
  for (const viewer of [ann, support])
    for (const [id, file] of [
      [first, question],
      [replyTicket.message.id, answer],
    ])
      expect((await filesOf(viewer, id)).data._entities).toMatchObject([{ attachments: [{ id: file }] }])
  expect((await filesOf(person(), first)).data?._entities ?? [null]).toEqual([null])
  const theirs = await m.messaging.as(ann).query(Open, {
    input: { topic: 'A question', body: 'How?', attachmentIds: [await upload(support)] },
  })
  expect(theirs.openTicket.userErrors).toMatchObject([{ code: 'VALIDATION', field }])
})

test('a deleted account leaves no files in messages', async () => {
  const { ann, bob, conversationId } = await talk(m)
  const { message } = await send(ann, conversationId, 'Bye', { attachmentIds: [await upload(ann)] })
  await m.messaging.consume(userDeleted, { userId: ann.id })
  expect((await filesOf(bob, message.id)).data._entities).toEqual([{ body: '', attachments: [] }])
  const { db } = m.messaging.context
  expect(await db.select().from(attachments).where(eq(attachments.messageId, message.id))).toEqual([])
})
