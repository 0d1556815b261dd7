import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { userDeleted } from '@gigraph/identity/events'
import type { Terms } from '@gigraph/marketplace/internal'
import { paymentSucceeded } from '@gigraph/payments/events'
import { profilesService } from '@gigraph/profiles'
import type { Viewer } from '@gigraph/shared/auth'
import { person, staff, startTestServices, uploadFile } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { inArray } from 'drizzle-orm'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { uploads } from '../../profiles/src/tables.ts'
import { processUpload } from '../../profiles/src/upload/process-upload.ts'
import { handOverFiles } from '../src/delivery/hand-over-files.ts'
import { ordersService } from '../src/index.ts'
import { listMarketplace, plainTerms, sell } from './marketplace/src/index.ts'
import { mutate, refusal } from './start.ts'

const directory = mkdtempSync(join(tmpdir(), 'gigraph-orders-files-'))
const start = () =>
  startTestServices(
    { profiles: profilesService, marketplace: listMarketplace, orders: ordersService },
    { environment: { UPLOAD_DIRECTORY: directory } },
  )
let services: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  services = await start()
})
afterAll(async () => {
  await services.close()
  rmSync(directory, { recursive: true, force: true })
})

type Purpose = 'REQUIREMENT_FILE' | 'DELIVERY_FILE' | 'DISPUTE_EVIDENCE' | 'MESSAGE_ATTACHMENT'
const upload = (viewer: Viewer, purpose: Purpose, sent = true) =>
  uploadFile(services.profiles, viewer, { purpose, sent })

/** An order that is paid. */
const deal = async (more: Partial<Terms> = {}) => {
  const [buyerViewer, sellerViewer] = [person('CLIENT'), person('FREELANCER')]
  const { orders } = services
  const [buyer, seller] = [orders.as(buyerViewer), orders.as(sellerViewer)]
  const terms = plainTerms({ sellerId: sellerViewer.id, ...more })
  const offered = sell(terms)
  const source = terms.gigId ? { gig: { gigId: offered, tier: 'BASIC' } } : { proposalId: offered }
  const { order } = await mutate(buyer, 'placeOrder', { source })
  const milestoneId: string | null = order.milestones[0]?.id ?? null
  await orders.consume(paymentSucceeded, {
    paymentId: makeId(),
    orderId: order.id,
    milestoneId,
    buyerId: buyerViewer.id,
    sellerId: sellerViewer.id,
    gigId: terms.gigId,
    amount: terms.milestones[0]?.amount ?? terms.price,
  })
  return { orderId: order.id as string, milestoneId, buyer, seller, buyerViewer, sellerViewer }
}

const file = 'id fileName contentType byteSize status url'
const seeFiles = async (viewer: Viewer | null, orderId: string) =>
  (
    await services.orders.as(viewer).run(
      `query ($id: ID!) { order(id: $id) { requirements { id answer files { ${file} } } deliveries { files { ${file} } }
        dispute { evidence { ${file} } answerEvidence { ${file} } } } }`,
      { id: orderId },
    )
  ).data?.order

const isClaimed = async (id: string) => {
  const [row] = await services.profiles.context.db
    .select()
    .from(uploads)
    .where(inArray(uploads.id, [id]))
  return row?.claimedAt != null
}

const photo = { id: 'photo', question: 'A photograph?', kind: 'FILE' as const, choices: [], required: true }
const name = { id: 'name', question: 'Its name?', kind: 'TEXT' as const, choices: [], required: false }

describe('answers of files', () => {
  test('a question for files is answered with files, or by saying where they are', async () => {
    const { orderId, buyer, buyerViewer } = await deal({ requirements: [photo, name] })
    const [first, second] = [
      await upload(buyerViewer, 'REQUIREMENT_FILE'),
      await upload(buyerViewer, 'REQUIREMENT_FILE'),
    ]
    const submit = (answers: object[]) => mutate(buyer, 'submitRequirements', { orderId, answers })
    expect((await submit([{ requirementId: 'photo' }])).userErrors).toMatchObject([
      { code: 'VALIDATION', field: ['input', 'answers', '0', 'answer'], message: expect.stringContaining('Upload') },
    ])
    expect(
      (
        await submit([
          { requirementId: 'photo', uploadIds: [first] },
          { requirementId: 'name', uploadIds: [second] },
        ])
      ).userErrors,
    ).toMatchObject([{ field: ['input', 'answers', '1', 'uploadIds'] }])
    expect(
      (
        await submit([
          { requirementId: 'photo', uploadIds: [first] },
          { requirementId: 'photo', answer: 'x' },
        ])
      ).userErrors,
    ).toMatchObject([{ message: 'Answer each question once.', field: ['input', 'answers', '1', 'requirementId'] }])
    expect(await isClaimed(first)).toBe(false)
    const { order } = await submit([{ requirementId: 'photo', uploadIds: [first, second, first] }])
    expect(order).toMatchObject({
      state: 'IN_PROGRESS',
      requirements: [{ id: 'photo', answer: null }, { answer: null }],
    })
    const seen = await seeFiles(buyerViewer, orderId)
    expect(seen.requirements).toMatchObject([{ files: [{ id: first }, { id: second }] }, { files: [] }])

    const other = await deal({ requirements: [photo] })
    const answers = [{ requirementId: 'photo', answer: 'https://files.test/cat.jpg' }]
    expect((await mutate(other.buyer, 'submitRequirements', { orderId: other.orderId, answers })).order).toMatchObject({
      requirements: [{ answer: 'https://files.test/cat.jpg' }],
    })
  })

  test('words, not files, answer the other questions: an empty answer is none', async () => {
    const { orderId, buyer } = await deal({ requirements: [{ ...name, required: true }] })
    const { userErrors } = await mutate(buyer, 'submitRequirements', {
      orderId,
      answers: [{ requirementId: 'name', answer: ' ' }],
    })
    expect(userErrors).toMatchObject([{ message: 'Write an answer.', field: ['input', 'answers', '0', 'answer'] }])
  })
})

test('what is delivered is for the two and for staff who may see orders, with links that work, and for nobody else', async () => {
  const { orderId, seller, buyerViewer, sellerViewer } = await deal()
  const uploadId = await upload(sellerViewer, 'DELIVERY_FILE')
  const { order } = await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds: [uploadId] })
  expect(order.state).toBe('DELIVERED')
  expect((await seeFiles(buyerViewer, orderId)).deliveries).toMatchObject([
    { files: [{ status: 'PROCESSING', url: null }] },
  ])
  await services.profiles.runJob(processUpload, { uploadId })
  for (const viewer of [buyerViewer, sellerViewer, staff('orders:read'), staff('disputes:resolve')]) {
    const [{ files }] = (await seeFiles(viewer, orderId)).deliveries
    expect(files).toMatchObject([
      { id: uploadId, fileName: 'plan.pdf', contentType: 'application/pdf', status: 'READY' },
    ])
    const { pathname, search } = new URL(files[0].url)
    const answer = await fetch(new URL(pathname + search, services.profiles.service.url))
    expect([answer.status, answer.headers.get('x-content-type-options')]).toEqual([200, 'nosniff'])
    expect(await answer.text()).toContain('%PDF-1.7')
  }
  for (const viewer of [person('CLIENT', 'FREELANCER'), staff('users:read'), null])
    expect(await seeFiles(viewer, orderId)).toBeNull()
})

test('a milestone is delivered with its files', async () => {
  const amount = { amountMinor: 10_000, currency: 'USD' }
  const terms = { gigId: null, milestones: [{ title: 'All', amount, deliveryDays: 2 }] }
  const { orderId, milestoneId, seller, sellerViewer, buyerViewer } = await deal(terms)
  const uploadId = await upload(sellerViewer, 'DELIVERY_FILE')
  const input = { orderId, milestoneId, message: 'All of it.', uploadIds: [uploadId] }
  expect((await mutate(seller, 'deliverMilestone', input)).order.milestones).toMatchObject([{ state: 'DELIVERED' }])
  expect((await seeFiles(buyerViewer, orderId)).deliveries).toMatchObject([{ files: [{ id: uploadId }] }])
})

test('both sides show evidence in a dispute', async () => {
  const { orderId, buyer, seller, sellerViewer, buyerViewer } = await deal()
  const [theirs, mine] = [await upload(buyerViewer, 'DISPUTE_EVIDENCE'), await upload(sellerViewer, 'DISPUTE_EVIDENCE')]
  await mutate(buyer, 'openDispute', { orderId, reason: 'It is empty.', evidenceIds: [theirs] })
  await mutate(seller, 'answerDispute', { orderId, answer: 'It is not.', evidenceIds: [mine] })
  expect((await seeFiles(staff('disputes:resolve'), orderId)).dispute).toMatchObject({
    evidence: [{ id: theirs }],
    answerEvidence: [{ id: mine }],
  })
  // What one may name is one's own, and for this.
  expect(await isClaimed(mine)).toBe(true)
})

describe('files that may not be named', () => {
  const cases: [what: string, make: (seller: Viewer, buyer: Viewer) => Promise<string[]>, message: RegExp][] = [
    ['of the other side', async (_, buyer) => [await upload(buyer, 'DELIVERY_FILE')], /no such upload/],
    ['for something else', async (seller) => [await upload(seller, 'MESSAGE_ATTACHMENT')], /something else/],
    ['not sent', async (seller) => [await upload(seller, 'DELIVERY_FILE', false)], /not arrived/],
    ['unknown', async () => [makeId()], /no such upload/],
    ['no ids', async () => ['x'], /no such upload/],
    ['too many', async () => Array.from({ length: 21 }, () => makeId()), /At most 20/],
  ]
  test.each(cases)('%s', async (_, make, message) => {
    const { orderId, seller, sellerViewer, buyerViewer } = await deal()
    const uploadIds = await make(sellerViewer, buyerViewer)
    const { order, userErrors } = await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds })
    expect(order).toBeNull()
    expect(userErrors).toMatchObject([{ code: 'VALIDATION', message: expect.stringMatching(message) }])
    expect(userErrors[0].field.slice(0, 2)).toEqual(['input', 'uploadIds'])
    expect(await seeFiles(buyerViewer, orderId)).toMatchObject({ deliveries: [] })
  })

  test('what is refused anyway keeps no files', async () => {
    const { orderId, buyer, buyerViewer, seller, sellerViewer } = await deal()
    const file = await upload(sellerViewer, 'DELIVERY_FILE')
    await mutate(buyer, 'openDispute', { orderId, reason: 'Too slow.' })
    const { userErrors } = await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds: [file] })
    expect(userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    const another = await deal()
    const foreign = await upload(buyerViewer, 'DELIVERY_FILE')
    const input = { orderId: another.orderId, message: 'x', uploadIds: [foreign] }
    expect(await refusal(services.orders.as(buyerViewer), 'deliverOrder', input)).toBe('NOT_FOUND')
    expect(await refusal(another.buyer, 'deliverOrder', input)).toBe('FORBIDDEN')
    expect([await isClaimed(file), await isClaimed(foreign)]).toEqual([false, false])
  })
})

test('the links of a whole page are asked for at once', async () => {
  for (const _ of [1, 2, 3]) {
    const { orderId, seller, sellerViewer } = await deal()
    const uploadIds = [await upload(sellerViewer, 'DELIVERY_FILE'), await upload(sellerViewer, 'DELIVERY_FILE')]
    await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds })
  }
  const page = 'query ($first: Int) { orders(first: $first) { nodes { deliveries { files { id url } } } } }'
  const asked = (first: number) =>
    services.profiles.countStatements(() => services.orders.as(staff('orders:read')).query(page, { first }))
  expect([await asked(1), await asked(3)]).toEqual([1, 1])
})

test('accepted work is the buyer’s: its files outlive the seller’s account and go with the buyer’s', async () => {
  const { orderId, buyer, seller, sellerViewer, buyerViewer } = await deal()
  const open = await deal()
  const work = await upload(sellerViewer, 'DELIVERY_FILE')
  const kept = await upload(open.sellerViewer, 'DELIVERY_FILE')
  await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds: [work] })
  await mutate(open.seller, 'deliverOrder', { orderId: open.orderId, message: 'Here.', uploadIds: [kept] })
  await mutate(buyer, 'acceptDelivery', { orderId })
  for (const id of [orderId, open.orderId]) await services.orders.runJob(handOverFiles, { orderId: id })
  const erase = async (userId: string) => {
    await services.profiles.consume(userDeleted, { userId })
    await services.orders.consume(userDeleted, { userId })
  }
  await erase(sellerViewer.id)
  await erase(open.sellerViewer.id)
  expect(await seeFiles(buyerViewer, orderId)).toMatchObject({ deliveries: [{ files: [{ id: work }] }] })
  expect(await seeFiles(open.buyerViewer, open.orderId)).toMatchObject({ deliveries: [{ files: [] }] })
  await erase(buyerViewer.id)
  expect(await seeFiles(staff('orders:read'), orderId)).toMatchObject({ deliveries: [{ files: [] }] })
})

test('a deleted account leaves no names of files', async () => {
  const { orderId, buyer, seller, sellerViewer, buyerViewer } = await deal({ requirements: [photo] })
  const answer = await upload(buyerViewer, 'REQUIREMENT_FILE')
  const work = await upload(sellerViewer, 'DELIVERY_FILE')
  const proof = await upload(buyerViewer, 'DISPUTE_EVIDENCE')
  const counter = await upload(sellerViewer, 'DISPUTE_EVIDENCE')
  await mutate(buyer, 'submitRequirements', { orderId, answers: [{ requirementId: 'photo', uploadIds: [answer] }] })
  await mutate(seller, 'deliverOrder', { orderId, message: 'Here.', uploadIds: [work] })
  await mutate(buyer, 'openDispute', { orderId, reason: 'No.', evidenceIds: [proof] })
  await mutate(seller, 'answerDispute', { orderId, answer: 'Yes.', evidenceIds: [counter] })
  await services.orders.consume(userDeleted, { userId: buyerViewer.id })
  expect(await seeFiles(sellerViewer, orderId)).toMatchObject({
    requirements: [{ answer: null, files: [] }],
    deliveries: [{ files: [{ id: work }] }],
    dispute: { evidence: [], answerEvidence: [{ id: counter }] },
  })
  await services.orders.consume(userDeleted, { userId: sellerViewer.id })
  expect(await seeFiles(staff('orders:read'), orderId)).toMatchObject({
    deliveries: [{ files: [] }],
    dispute: { evidence: [], answerEvidence: [] },
  })
})
