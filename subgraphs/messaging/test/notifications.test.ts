import { userDeleted } from '@gigraph/identity/events'
import { orderDelivered } from '@gigraph/orders/events'
import { payoutPaid } from '@gigraph/payments/events'
import { reviewPublished } from '@gigraph/reviews/events'
import type { Viewer } from '@gigraph/shared/auth'
import { usd } from '@gigraph/shared/money'
import { person } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { mailUnreadMessages, sendDueMails, sendNotificationMail } from '../src/jobs/definitions.ts'
import { Messages, type Messaging, Read, Start, sendTo, startMessaging, talk } from './start.ts'

let m: Messaging
beforeAll(async () => {
  m = await startMessaging()
})
afterAll(() => m.close())
beforeEach(() => m.messaging.clock.advance('2h'))

const Mine = /* GraphQL */ `
  query ($viewer: [_Any!]!, $filter: NotificationFilter) {
    _entities(representations: $viewer) {
      ... on Viewer {
        unreadNotificationCount
        notifications(filter: $filter) { nodes { id category title body link readAt order { id } conversation { id } } }
        notificationPreferences { category channel mode }
      }
    }
  }`
const Prefer = /* GraphQL */ `
  mutation ($input: UpdateNotificationPreferencesInput!) {
    updateNotificationPreferences(input: $input) { preference { category channel mode } userErrors { code field } }
  }`
const MarkRead = /* GraphQL */ `
  mutation ($input: MarkNotificationsReadInput!) {
    markNotificationsRead(input: $input) { unreadNotificationCount notifications { id readAt } userErrors { code } }
  }`

const mine = async (viewer: Viewer, filter: object = {}) =>
  (await m.messaging.as(viewer).query(Mine, { viewer: [{ __typename: 'Viewer', id: viewer.id }], filter }))._entities[0]
const prefer = async (viewer: Viewer, input: object) =>
  (await m.messaging.as(viewer).query(Prefer, { input })).updateNotificationPreferences

const delivered = (buyerId: string, sellerId: string) => ({
  orderId: makeId(),
  buyerId,
  sellerId,
  title: 'A logo',
  gigId: null,
  total: usd(5_000),
  onTime: true,
})
const paid = (userId: string, amountMinor = 12_345) =>
  m.messaging.consume(payoutPaid, { payoutId: makeId(), userId, amount: usd(amountMinor) })
const jobsFor = async (name: string, userId: string) => {
  const ids = new Set((await mine({ ...person(), id: userId })).notifications.nodes.map(({ id }: { id: string }) => id))
  return (await m.messaging.outbox(name)).filter(({ notificationId }) => ids.has(notificationId))
}
const runMailJobs = async (userId: string) => {
  for (const job of await jobsFor('send-notification-mail', userId)) await m.messaging.runJob(sendNotificationMail, job)
}

describe('events of other services', () => {
  test('tell whom they concern, once, live, and by mail with a way to end it', async () => {
    const buyer = m.member('Ann')
    const seller = m.member('Bob')
    const facts = delivered(buyer.id, seller.id)
    const live = await m.messaging.as(buyer).subscribe('subscription { notificationAdded { title order { id } } }')
    const id = makeId()
    await m.messaging.consume(orderDelivered, facts, { id })
    await m.messaging.consume(orderDelivered, facts, { id })
    expect((await live.next()).value.data.notificationAdded).toEqual({
      title: 'Your order is delivered',
      order: { id: facts.orderId },
    })
    await live.return?.()
    const { notifications, unreadNotificationCount } = await mine(buyer)
    expect(unreadNotificationCount).toBe(1)
    expect(notifications.nodes).toMatchObject([
      { category: 'ORDERS', link: `/orders/${facts.orderId}`, readAt: null, order: { id: facts.orderId } },
    ])
    expect((await mine(seller)).notifications.nodes).toEqual([])

    await runMailJobs(buyer.id)
    await runMailJobs(buyer.id)
    const mails = await m.mailsTo(buyer.email)
    expect(mails).toHaveLength(1)
    expect(mails[0]).toMatchObject({ subject: 'Your order is delivered' })
    expect(mails[0]?.text).toContain('Hello Ann')
    expect(mails[0]?.text).toContain(`https://gigraph.test/orders/${facts.orderId}`)
    expect(mails[0]?.headers['list-unsubscribe-post']).toBe('List-Unsubscribe=One-Click')
    expect(mails[0]?.headers['list-unsubscribe']).toMatch(
      /^<https:\/\/messaging\.gigraph\.test\/unsubscribe\?token=.+>$/,
    )
  })

  test('job data hold neither addresses nor texts', async () => {
    const user = m.member('Ann')
    await paid(user.id)
    const jobs = await jobsFor('send-notification-mail', user.id)
    expect(jobs).toHaveLength(1)
    expect(Object.keys(jobs[0])).toEqual(['notificationId'])
  })

  test('a deleted or unknown account gets nothing, and the job ends', async () => {
    const user = m.member('Ann')
    m.world.users.delete(user.id)
    await paid(user.id)
    await runMailJobs(user.id)
    expect(await m.mailsTo(user.email)).toEqual([])
    const erased = m.member('Eve')
    await m.messaging.consume(userDeleted, { userId: erased.id })
    await paid(erased.id)
    expect((await mine(erased)).notifications.nodes).toEqual([])
  })

  test('ten jobs at once send one mail; who has seen it in the product needs none', async () => {
    const user = m.member('Ann')
    await paid(user.id)
    const [job] = await jobsFor('send-notification-mail', user.id)
    await Promise.all(Array.from({ length: 10 }, () => m.messaging.runJob(sendNotificationMail, job)))
    expect(await m.mailsTo(user.email)).toHaveLength(1)
    const quick = m.member('Bob')
    await paid(quick.id)
    m.messaging.clock.advance('1s')
    await m.messaging.as(quick).query(MarkRead, { input: {} })
    await runMailJobs(quick.id)
    expect(await m.mailsTo(quick.email)).toEqual([])
  })

  test('a mail whose job was lost is sent by the sweeper', async () => {
    const user = m.member('Ann')
    await paid(user.id)
    await m.messaging.runJob(sendDueMails, {})
    await m.messaging.runJob(sendDueMails, {})
    expect(await m.mailsTo(user.email)).toHaveLength(1)
  })
})

describe('preferences', () => {
  test('are the defaults until chosen, and never silence SECURITY', async () => {
    const user = m.member('Ann')
    const { notificationPreferences } = await mine(user)
    expect(notificationPreferences).toHaveLength(12)
    expect(notificationPreferences).toContainEqual({ category: 'MARKETING', channel: 'EMAIL', mode: 'DIGEST' })
    expect(await prefer(user, { category: 'PAYMENTS', mode: 'OFF' })).toEqual({
      preference: { category: 'PAYMENTS', channel: 'EMAIL', mode: 'OFF' },
      userErrors: [],
    })
    expect((await mine(user)).notificationPreferences).toContainEqual({
      category: 'PAYMENTS',
      channel: 'EMAIL',
      mode: 'OFF',
    })
    expect((await prefer(user, { category: 'SECURITY', mode: 'OFF' })).userErrors).toMatchObject([
      { code: 'NOT_ALLOWED' },
    ])
    expect((await prefer(user, { category: 'ORDERS', channel: 'IN_APP', mode: 'DIGEST' })).userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'mode'] },
    ])
    const nobody = await m.messaging.anonymous.run(Prefer, { input: { category: 'ORDERS', mode: 'OFF' } })
    expect(nobody.errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  })

  test('OFF by mail sends none; OFF in the product leaves nothing unread', async () => {
    const user = m.member('Ann')
    await prefer(user, { category: 'PAYMENTS', mode: 'OFF' })
    await paid(user.id)
    expect(await jobsFor('send-notification-mail', user.id)).toEqual([])
    expect((await mine(user)).unreadNotificationCount).toBe(1)
    await prefer(user, { category: 'PAYMENTS', channel: 'IN_APP', mode: 'OFF' })
    await paid(user.id)
    expect((await mine(user)).unreadNotificationCount).toBe(1)
  })

  test('DIGEST gathers a day into one mail', async () => {
    const user = m.member('Ann')
    m.messaging.clock.set(new Date('2027-03-01T09:00:00Z'))
    await prefer(user, { category: 'PAYMENTS', mode: 'DIGEST' })
    await prefer(user, { category: 'REVIEWS', mode: 'DIGEST' })
    await paid(user.id, 100)
    await paid(user.id, 200)
    const review = { reviewId: makeId(), orderId: makeId(), gigId: null, reviewerId: makeId(), revieweeId: user.id }
    await m.messaging.consume(reviewPublished, { ...review, of: 'SELLER', rating: 5, gigRating: null })
    await m.messaging.runJob(sendDueMails, {})
    // Eight in the morning where identity says that they live, in Berlin.
    m.messaging.clock.set(new Date('2027-03-02T06:59:59Z'))
    await m.messaging.runJob(sendDueMails, {})
    expect(await m.mailsTo(user.email)).toEqual([])
    m.messaging.clock.set(new Date('2027-03-02T07:00:00Z'))
    await m.messaging.runJob(sendDueMails, {})
    const mails = await m.mailsTo(user.email)
    expect(mails).toHaveLength(1)
    expect(mails[0]?.subject).toBe('Your day at Gigraph: 3 notifications')
    expect(mails[0]?.text).toContain('$1.00')
    expect(mails[0]?.text).toContain('5 of 5 stars')
  })

  test('DIGEST of messages is one mail about all conversations, again only when something new was written', async () => {
    m.messaging.clock.set(new Date('2027-04-01T09:00:00Z'))
    const { ann, bob, conversationId } = await talk(m)
    await prefer(bob, { category: 'MESSAGES', mode: 'DIGEST' })
    await m.messaging.as(bob).query(Read, { input: { conversationId } })
    await m.messaging.runJob(sendDueMails, {})
    const gigId = makeId()
    m.world.gigs.set(gigId, { sellerId: bob.id, title: 'A logo' })
    const input = { participantId: bob.id, gigId, message: 'About this?' }
    await m.messaging.as(ann).query(Start, { input })
    await sendTo(m, ann, conversationId, 'one')
    await sendTo(m, ann, conversationId, 'two')
    const mornings = async (day: number) => {
      m.messaging.clock.set(new Date(Date.UTC(2027, 3, day, 8)))
      await m.messaging.runJob(sendDueMails, {})
      return m.mailsTo(bob.email)
    }
    const [first, ...more] = await mornings(2)
    expect(more).toEqual([])
    expect(first?.subject).toBe('Your day at Gigraph: 2 notifications')
    expect(first?.text).toContain('You have new messages about “A logo”.')
    expect(await mornings(3)).toHaveLength(1)
    // Not read, and more came.
    await sendTo(m, ann, conversationId, 'three')
    expect(await mornings(4)).toHaveLength(2)
    await sendTo(m, ann, conversationId, 'four')
    await m.messaging.as(bob).query(Read, { input: { conversationId } })
    expect(await mornings(5)).toHaveLength(2)
  })

  test('notifications are marked as read one by one or all, one’s own only', async () => {
    const user = m.member('Ann')
    await paid(user.id)
    await paid(user.id)
    const [{ id }] = (await mine(user)).notifications.nodes
    const eve = m.member('Eve')
    await m.messaging.as(eve).query(MarkRead, { input: { ids: [id] } })
    expect((await mine(user)).unreadNotificationCount).toBe(2)
    const mark = async (input: object) => (await m.messaging.as(user).query(MarkRead, { input })).markNotificationsRead
    expect(await mark({ ids: [id] })).toEqual({
      unreadNotificationCount: 1,
      notifications: [{ id, readAt: m.messaging.clock.now().toISOString() }],
      userErrors: [],
    })
    expect((await mine(user, { unread: true })).notifications.nodes).toHaveLength(1)
    expect((await mine(user, { categories: ['REVIEWS'] })).notifications.nodes).toEqual([])
    expect((await mark({ ids: ['nonsense'] })).userErrors).toMatchObject([{ code: 'VALIDATION' }])
    expect((await mark({})).unreadNotificationCount).toBe(0)
  })

  test('the link of a mail ends that category’s mails, only when it is ours, only by POST', async () => {
    const user = m.member('Ann')
    await paid(user.id)
    await runMailJobs(user.id)
    const [mail] = await m.mailsTo(user.email)
    const link =
      mail?.headers['list-unsubscribe']
        ?.slice(1, -1)
        .replace('https://messaging.gigraph.test', m.messaging.service.url) ?? ''
    const modes = async () => (await mine(user)).notificationPreferences
    const off = { category: 'PAYMENTS', channel: 'EMAIL', mode: 'OFF' }
    const page = await fetch(link)
    expect(page.status).toBe(200)
    expect(await page.text()).toContain('No more mails about payments?')
    expect(await modes()).not.toContainEqual(off)
    const forged = await fetch(`${link.slice(0, -3)}AAA`, { method: 'POST' })
    expect(forged.status).toBe(404)
    expect(await modes()).not.toContainEqual(off)
    // As mail programs do it: RFC 8058, section 3.2.
    const body = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' })
    expect((await fetch(link, { method: 'POST', body })).status).toBe(200)
    expect(await modes()).toContainEqual(off)
  })
})

describe('mails about messages', () => {
  const runUnread = (userId: string, conversationId: string) =>
    m.messaging.runJob(mailUnreadMessages, { conversationId, userId })

  test('at most one per conversation and recipient in 15 minutes, about all that is unread', async () => {
    const { ann, bob, conversationId } = await talk(m)
    await sendTo(m, ann, conversationId, 'and another thing')
    await runUnread(bob.id, conversationId)
    const [first] = await m.mailsTo(bob.email)
    expect(first).toMatchObject({ subject: '2 new messages from Ann' })
    expect(first?.text).toContain('Ann: Hello Bob')
    expect(first?.text).toContain('Ann: and another thing')
    await sendTo(m, ann, conversationId, 'third')
    m.messaging.clock.advance('14m')
    await runUnread(bob.id, conversationId)
    expect(await m.mailsTo(bob.email)).toHaveLength(1)
    m.messaging.clock.advance('1m')
    await runUnread(bob.id, conversationId)
    const mails = await m.mailsTo(bob.email)
    expect(mails.map(({ subject }) => subject)).toEqual(['2 new messages from Ann', 'New message from Ann'])
    expect(mails[1]?.text).not.toContain('another thing')
  })

  test('none to who has read, and some time to who is here', async () => {
    const { ann, bob, conversationId } = await talk(m)
    await m.messaging.as(bob).query(Read, { input: { conversationId } })
    await runUnread(bob.id, conversationId)
    expect(await m.mailsTo(bob.email)).toEqual([])
    await sendTo(m, ann, conversationId, 'while Bob is here')
    await runUnread(bob.id, conversationId)
    expect(await m.mailsTo(bob.email)).toEqual([])
    m.messaging.clock.advance('2m')
    await runUnread(bob.id, conversationId)
    expect(await m.mailsTo(bob.email)).toHaveLength(1)
  })

  test('one notification says that there are messages, until they are read', async () => {
    const { ann, bob, conversationId } = await talk(m)
    await sendTo(m, ann, conversationId, 'two')
    const unread = { unread: true }
    expect((await mine(bob, unread)).notifications.nodes).toMatchObject([
      { category: 'MESSAGES', conversation: { id: conversationId } },
    ])
    await m.messaging.as(bob).query(Read, { input: { conversationId } })
    expect((await mine(bob, unread)).notifications.nodes).toEqual([])
    await sendTo(m, ann, conversationId, 'three')
    expect((await mine(bob, unread)).notifications.nodes).toHaveLength(1)
  })
})

test('a deleted account leaves no text, no name and no way to write to it', async () => {
  const { ann, bob, conversationId } = await talk(m)
  await sendTo(m, bob, conversationId, 'Hi Ann')
  await m.messaging.consume(userDeleted, { userId: ann.id })
  const { conversation } = await m.messaging.as(bob).query(Messages, { id: conversationId })
  expect(conversation.messages.nodes).toMatchObject([
    { sequence: 1, body: '', sender: null },
    { sequence: 2, body: 'Hi Ann', sender: { id: bob.id } },
  ])
  const sent = await sendTo(m, bob, conversationId, 'still there?')
  expect(sent.data.sendMessage.userErrors).toMatchObject([{ code: 'NOT_AVAILABLE' }])
})
