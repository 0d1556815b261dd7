import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import type { ServerResponse } from 'node:http'
import { fileURLToPath } from 'node:url'
import { userDeleted } from '@gigraph/identity/events'
import { offerSent } from '@gigraph/marketplace/events'
import { rows, transaction } from '@gigraph/shared/database'
import { personalDataOf } from '@gigraph/shared/personal-data'
import { makeId } from '@gigraph/shared/time'
import { sql } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { forgetWebhooks, sendNotificationMail, sweepWebhooks } from '../src/jobs/definitions.ts'
import { listSealedSecrets } from '../src/webhook/endpoint-store.ts'
import { resealSecrets } from '../src/webhook/reseal-secrets.ts'
import { unsealSecret } from '../src/webhook/signature.ts'
import { webhookTypes } from '../src/webhook/webhook-events.ts'
import { type Receiver, rightSignatures, startReceiver, status } from './receiver.ts'
import { environmentOf, type Messaging, startMessaging } from './start.ts'
import { webhookScene } from './webhook-scene.ts'

let m: Messaging
let scene: ReturnType<typeof webhookScene>
beforeAll(async () => {
  m = await startMessaging()
  scene = webhookScene(m)
})
afterAll(() => m.close())

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver.close())

const patient = { timeout: 20_000, interval: 50 }
const pair = () => ({ ann: m.member('Ann', 'CLIENT'), bob: m.member('Bob', 'FREELANCER') })
const advance: Messaging['messaging']['clock']['advance'] = (duration) => m.messaging.clock.advance(duration)
const noticesOf = async (userId: string) =>
  (
    await rows<{ title: string }>(
      m.messaging.context.db,
      sql`select title from notifications where user_id = ${userId}::uuid order by id`,
    )
  ).map(({ title }) => title)

test('the receiver of the documents takes a call of ours, once, and no other', async () => {
  const { ann, bob } = pair()
  const text = readFileSync(new URL('../../../docs/CLIENTS.md', import.meta.url), 'utf8')
  const source = /```js\n(import [^`]*createServer[\s\S]*?)```/.exec(text)?.[1] ?? ''
  expect(source).toContain('isGenuine')
  const { port } = receiver
  await receiver.close()
  const { secret } = await scene.register(ann, receiver.url)
  const run = ['--input-type=module', '--eval', `${source}\nconsole.error('listens')`]
  const child = spawn(process.execPath, run, { env: { WEBHOOK_SECRET: secret, PORT: String(port) } })
  await once(child.stderr, 'data')
  const printed = once(child.stdout.setEncoding('utf8'), 'data')
  const orderId = await scene.start(ann, bob)
  await scene.work()
  expect((await printed)[0]).toContain(orderId)
  const [delivery] = await scene.deliveriesOf(ann)
  expect(delivery).toMatchObject({ status: 'DELIVERED', attempts: [{ httpStatus: 204 }] })
  const forged = { 'webhook-id': delivery.id, 'webhook-timestamp': String(Math.floor(Date.now() / 1_000)) }
  const send = (headers: Record<string, string>) =>
    fetch(receiver.url, { method: 'POST', headers, body: delivery.body })
  expect((await send({ ...forged, 'webhook-signature': 'v1,AAAA' })).status).toBe(401)
  expect((await send({})).status).toBe(401)
  child.kill()
  await once(child, 'exit')
  receiver = await startReceiver()
})

describe('an endpoint', () => {
  test('is made with a secret that is shown once and kept sealed; its owner hears of it', async () => {
    const { ann } = pair()
    const input = {
      url: receiver.url,
      description: ' The shop ',
      events: ['ORDER_PLACED', 'ORDER_PLACED', 'PAYOUT_PAID'],
    }
    const { endpoint, secret } = await scene.run(ann, 'createWebhookEndpoint', input)
    expect(endpoint).toMatchObject({
      url: receiver.url,
      description: 'The shop',
      events: ['ORDER_PLACED', 'PAYOUT_PAID'],
    })
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await scene.mine(ann)).toMatchObject([{ id: endpoint.id, disabledAt: null, previousSecretEndsAt: null }])
    const stored = JSON.stringify(await rows(m.messaging.context.db, sql`select * from webhook_secrets`))
    expect(stored).not.toContain(secret.slice(6, 40))
    expect(await noticesOf(ann.id)).toEqual(['A webhook was added'])
  })

  test('is one, however often the same call comes; another key or input is another', async () => {
    const { ann } = pair()
    const input = { url: receiver.url, events: ['ORDER_PLACED'], idempotencyKey: 'once' }
    const first = await scene.run(ann, 'createWebhookEndpoint', input)
    const again = await scene.run(ann, 'createWebhookEndpoint', input)
    expect(again).toEqual(first)
    const other = await scene.run(ann, 'createWebhookEndpoint', { ...input, events: ['ORDER_STARTED'] })
    expect(other.userErrors).toMatchObject([{ code: 'IDEMPOTENCY_CONFLICT' }])
    expect(await scene.mine(ann)).toHaveLength(1)
    // After an hour, the answer has arrived or is not wanted any more.
    advance('1h')
    expect(await scene.run(ann, 'createWebhookEndpoint', input)).toEqual({ ...first, secret: null })
  })

  test('of fifteen at once of one person ten are made', async () => {
    const { ann } = pair()
    const input = { url: receiver.url, events: ['ORDER_PLACED'] }
    const made = await Promise.all(Array.from({ length: 15 }, () => scene.run(ann, 'createWebhookEndpoint', input)))
    expect(made.filter(({ endpoint }) => endpoint)).toHaveLength(10)
    expect(made.flatMap(({ userErrors }) => userErrors.map(({ code }: { code: string }) => code))).toEqual(
      Array.from({ length: 5 }, () => 'LIMIT_EXCEEDED'),
    )
  })

  test.each([
    [{ url: 'http://partner.example/' }, /https/, ['input', 'url']],
    [{ url: 'https://10.0.0.1/' }, /Internet/, ['input', 'url']],
    [{ url: 'https://a:b@partner.example/' }, /name and password/, ['input', 'url']],
    [{ events: [] }, /at least one/, ['input', 'events']],
    [{ description: 'x'.repeat(201) }, /200/, ['input', 'description']],
  ])('is not made of %j', async (wrong, message, field) => {
    const { ann } = pair()
    const answer = await scene.run(ann, 'createWebhookEndpoint', {
      url: receiver.url,
      events: ['ORDER_PLACED'],
      ...wrong,
    })
    expect(answer).toEqual({
      endpoint: null,
      secret: null,
      userErrors: [{ code: 'VALIDATION', message: expect.stringMatching(message), field }],
    })
  })

  test('is nothing to anybody else, and gone with its deliveries when its owner removes it', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    const { delivery } = await scene.run(ann, 'sendTestWebhook', { endpointId })
    for (const [name, input] of [
      ['updateWebhookEndpoint', { endpointId }],
      ['deleteWebhookEndpoint', { endpointId }],
      ['rotateWebhookSecret', { endpointId }],
      ['sendTestWebhook', { endpointId }],
      ['redeliverWebhook', { deliveryId: delivery.id }],
    ] as const)
      await expect(scene.run(bob, name, input), name).rejects.toThrow('NOT_FOUND')
    expect(await scene.run(ann, 'deleteWebhookEndpoint', { endpointId })).toEqual({
      deletedId: endpointId,
      userErrors: [],
    })
    await scene.work()
    expect(receiver.calls).toEqual([])
    expect(await scene.mine(ann)).toEqual([])
    await expect(scene.run(ann, 'redeliverWebhook', { deliveryId: delivery.id })).rejects.toThrow('NOT_FOUND')
  })
})

describe('a call', () => {
  test('tells each side once what it asked for, signed, without words; however often the event comes', async () => {
    const { ann, bob } = pair()
    const { secret } = await scene.register(ann, receiver.url, 'ORDER_STARTED', 'ORDER_LATE')
    const own = await scene.register(bob, `${receiver.url}/bob`)
    await scene.register(ann, `${receiver.url}/other`, 'ORDER_PLACED')
    const id = makeId()
    let orderId = ''
    await Promise.all(Array.from({ length: 10 }, async () => (orderId ||= await scene.start(ann, bob, { id }))))
    await scene.work()
    expect(receiver.calls.map(({ path }) => path).sort()).toEqual(['/hooks', '/hooks/bob'])
    const [call] = receiver.calls.filter(({ path }) => path === '/hooks')
    const now = m.messaging.clock.now()
    expect(JSON.parse(call?.body ?? '')).toEqual({
      type: 'order.started',
      version: 1,
      timestamp: now.toISOString(),
      data: {
        orderId: expect.any(String),
        buyerId: ann.id,
        sellerId: bob.id,
        gigId: null,
        total: { amountMinor: 12_000, currency: 'USD' },
        dueAt: '2026-12-24T12:00:00.000Z',
      },
    })
    expect(call?.headers).toMatchObject({
      'content-type': 'application/json',
      'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    })
    expect(call && [rightSignatures(call, secret), rightSignatures(call, own.secret)]).toEqual([1, 0])
    expect(await scene.deliveriesOf(ann)).toMatchObject([
      {
        ...{ id: call?.id, type: 'order.started', body: call?.body, status: 'DELIVERED', nextAttemptAt: null },
        attempts: [{ httpStatus: 204, error: null, responseExcerpt: null, durationMs: expect.any(Number) }],
      },
    ])
  })

  test('tells nobody what somebody does whom they have blocked', async () => {
    const { ann, bob } = pair()
    await scene.register(ann, receiver.url, 'OFFER_SENT')
    await scene.register(bob, `${receiver.url}/bob`, 'OFFER_SENT')
    await m.messaging.as(ann).query('mutation ($input: BlockUserInput!) { blockUser(input: $input) { user { id } } }', {
      input: { userId: bob.id },
    })
    const offer = { offerId: makeId(), clientId: ann.id, freelancerId: bob.id, title: 'A logo', conversationId: null }
    await m.messaging.consume(offerSent, offer)
    await scene.work()
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/hooks/bob'])
  })

  test('that fails comes again later, under the same id with the same body; later ones do not wait for it', async () => {
    const { ann, bob } = pair()
    const { secret } = await scene.register(ann, receiver.url)
    receiver.answer = status(500, 'We are closed.')
    await scene.start(ann, bob)
    await scene.work()
    const [failed] = await scene.deliveriesOf(ann)
    expect(failed).toMatchObject({
      status: 'PENDING',
      attempts: [
        {
          httpStatus: 500,
          error: 'Answered 500: only 2xx says that it has arrived.',
          responseExcerpt: 'We are closed.',
        },
      ],
    })
    const wait = Date.parse(failed.nextAttemptAt) - m.messaging.clock.now().getTime()
    expect(wait).toBeGreaterThanOrEqual(4_500)
    expect(wait).toBeLessThanOrEqual(5_500)
    receiver.answer = status(200)
    await scene.start(ann, bob)
    await scene.work()
    expect(receiver.calls).toHaveLength(2)
    advance('6s')
    await scene.work()
    const [first, second, third] = receiver.calls
    expect(second?.id).not.toBe(first?.id)
    expect([third?.id, third?.body]).toEqual([first?.id, first?.body])
    expect(Number(third?.headers['webhook-timestamp'])).toBeGreaterThan(Number(first?.headers['webhook-timestamp']))
    expect(third && rightSignatures(third, secret)).toBe(1)
    expect(
      (await scene.deliveriesOf(ann, 'DELIVERED')).map(({ attempts }: { attempts: [] }) => attempts.length),
    ).toEqual([1, 2])
  })

  test('comes no sooner than the receiver asks', async () => {
    const { ann, bob } = pair()
    await scene.register(ann, receiver.url)
    receiver.answer = status(429, '', { 'retry-after': '600' })
    await scene.start(ann, bob)
    await scene.work()
    const [delivery] = await scene.deliveriesOf(ann)
    expect(Date.parse(delivery.nextAttemptAt) - m.messaging.clock.now().getTime()).toBe(600_000)
  })

  test('is given up after ten tries in three days, and with it an endpoint that nothing else got through to', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    receiver.answer = status(503)
    const begun = m.messaging.clock.now()
    await scene.start(ann, bob)
    await scene.work()
    for (;;) {
      const [{ nextAttemptAt }] = await scene.deliveriesOf(ann)
      if (!nextAttemptAt) break
      if (receiver.calls.length === 9) await scene.start(ann, bob)
      m.messaging.clock.set(new Date(nextAttemptAt))
      await scene.work()
      const pending = await scene.deliveriesOf(ann, 'PENDING')
      if (pending.length === 0) break
    }
    const days = (m.messaging.clock.now().getTime() - begun.getTime()) / 86_400_000
    expect(days).toBeGreaterThan(2.7)
    expect(days).toBeLessThan(3.6)
    const [endpoint] = await scene.mine(ann)
    expect(endpoint).toMatchObject({ disabledBecause: 'FAILING', failingSince: begun.toISOString() })
    const ended = endpoint.deliveries.nodes
    expect(ended.map((each: { status: string }) => each.status)).toEqual(['FAILED', 'FAILED'])
    expect(ended.map((each: { attempts: [] }) => each.attempts.length)).toContain(10)
    await m.messaging.runJob(sendNotificationMail, (await m.messaging.outbox(sendNotificationMail.name)).at(-1))
    expect((await m.mailsTo(ann.email)).at(-1)?.subject).toBe('A webhook is switched off')

    // Nothing is sent there, until it is switched on; what was given up can be asked for again.
    const calls = receiver.calls.length
    await scene.start(ann, bob)
    await scene.work()
    expect([receiver.calls.length, (await scene.deliveriesOf(ann)).length]).toEqual([calls, 2])
    const deliveryId = ended[0].id
    const refused = await scene.run(ann, 'redeliverWebhook', { deliveryId })
    expect(refused.userErrors).toMatchObject([{ code: 'INVALID_STATE' }])
    receiver.answer = status(200)
    await scene.run(ann, 'updateWebhookEndpoint', { endpointId, enabled: true })
    expect((await scene.run(ann, 'redeliverWebhook', { deliveryId })).delivery).toMatchObject({ status: 'PENDING' })
    await scene.work()
    expect(receiver.calls.at(-1)?.id).toBe(deliveryId)
    expect((await scene.mine(ann))[0]).toMatchObject({ disabledAt: null, failingSince: null })
  })

  test('that is answered with 410 is the last one to that endpoint', async () => {
    const { ann, bob } = pair()
    await scene.register(ann, receiver.url)
    receiver.answer = status(410)
    await scene.start(ann, bob)
    await scene.start(ann, bob)
    await scene.work()
    expect(receiver.calls).toHaveLength(1)
    expect((await scene.mine(ann))[0]).toMatchObject({ disabledBecause: 'GONE' })
    expect(await m.messaging.service.metrics.metrics()).toMatch(/gigraph_webhook_attempts_total\{[^}]*"gone"[^}]*\} 1/)
    expect(await scene.deliveriesOf(ann, 'PENDING')).toEqual([])
    expect((await noticesOf(ann.id)).at(-1)).toBe('A webhook is switched off')
  })

  test('goes to the new address once its owner has changed it, and the owner hears of the change', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    const held: ServerResponse[] = []
    receiver.answer = (response) => held.push(response)
    await scene.start(ann, bob)
    const working = scene.work()
    await expect.poll(() => held.length, patient).toBe(1)
    await scene.run(ann, 'updateWebhookEndpoint', { endpointId, url: `${receiver.url}/new`, events: ['ORDER_LATE'] })
    receiver.answer = status(204)
    // What the old address says now is said too late.
    held[0]?.writeHead(410).end()
    await scene.start(ann, bob)
    await working
    await scene.work()
    expect(receiver.calls.map(({ path }) => path)).toEqual(['/hooks', '/hooks/new'])
    expect(await scene.mine(ann)).toMatchObject([{ disabledAt: null, failingSince: null }])
    expect(await scene.deliveriesOf(ann)).toMatchObject([{ status: 'DELIVERED', attempts: [{}, { httpStatus: 410 }] }])
    expect(await noticesOf(ann.id)).toContain('A webhook has another address')
  })

  test('is signed with the old secret too for 24 hours after a change; three sign at most', async () => {
    const { ann, bob } = pair()
    const { id: endpointId, secret: first } = await scene.register(ann, receiver.url)
    const { secret: second, endpoint } = await scene.run(ann, 'rotateWebhookSecret', { endpointId })
    expect(Date.parse(endpoint.previousSecretEndsAt) - m.messaging.clock.now().getTime()).toBe(86_400_000)
    advance('1h')
    const { secret: third } = await scene.run(ann, 'rotateWebhookSecret', { endpointId })
    const refused = await scene.run(ann, 'rotateWebhookSecret', { endpointId })
    expect(refused).toMatchObject({ secret: null, userErrors: [{ code: 'LIMIT_EXCEEDED' }] })
    const right = async () => {
      await scene.start(ann, bob)
      await scene.work()
      const call = receiver.calls.at(-1)
      return call && [first, second, third].map((secret) => rightSignatures(call, secret))
    }
    expect(await right()).toEqual([1, 1, 1])
    expect(String(receiver.calls[0]?.headers['webhook-signature']).split(' ')[0]).toMatch(/^v1,/)
    advance('23h')
    expect(await right()).toEqual([0, 1, 1])
    advance('2h')
    expect(await right()).toEqual([0, 0, 1])
  })
})

describe('calls of many', () => {
  test('an endpoint that keeps us waiting has one call in hand, and holds nobody up; one that answers well has four', async () => {
    const { ann, bob } = pair()
    await scene.register(ann, receiver.url)
    const held: ServerResponse[] = []
    const hold: Receiver['answer'] = (response) => held.push(response)
    receiver.answer = hold
    const quick = await startReceiver()
    await scene.register(bob, quick.url)
    for (let index = 0; index < 8; index += 1) await scene.start(ann, bob)
    const working: Promise<void>[] = []
    const inHand = () => {
      working.push(scene.work())
      return [held.length, quick.calls.length]
    }
    // The other side has all of theirs while the first call of this one waits.
    await expect.poll(inHand, patient).toEqual([1, 8])
    // The next one is answered at once, however long the first has waited on a machine that does much else.
    receiver.answer = (response) => {
      receiver.answer = hold
      response.writeHead(204).end()
    }
    held.shift()?.writeHead(204).end()
    await expect.poll(inHand, patient).toEqual([4, 8])
    receiver.answer = status(204)
    for (const response of held) response.writeHead(204).end()
    await Promise.all(working)
    await scene.work()
    expect(new Set(receiver.calls.map(({ id }) => id)).size).toBe(8)
    expect(receiver.calls).toHaveLength(8)
    await quick.close()
  })

  test('a lost job is found by the sweeper, one for each endpoint, and the rest follows', async () => {
    const { ann, bob } = pair()
    // What others have left is none of this.
    await rows(m.messaging.context.db, sql`delete from webhook_endpoints`)
    await scene.register(ann, receiver.url)
    await scene.start(ann, bob)
    await scene.start(ann, bob)
    await scene.loseJobs()
    await m.messaging.runJob(sweepWebhooks, {})
    await scene.work()
    expect(receiver.calls).toEqual([])
    advance('31s')
    const waiting = (await m.messaging.service.metrics.metrics()).match(
      /gigraph_webhooks_oldest_seconds\{.*\} (\d+)/,
    )?.[1]
    expect(Number(waiting)).toBe(31)
    await m.messaging.runJob(sweepWebhooks, {})
    expect(await m.messaging.outbox('deliver-webhook')).toHaveLength(1)
    await scene.work()
    expect(receiver.calls).toHaveLength(2)
    expect(await m.messaging.service.metrics.metrics()).toMatch(/gigraph_webhooks_oldest_seconds\{.*\} 0/)
  })

  test('a worker that is killed between the call and its record calls again, under the same id', async () => {
    const { ann, bob } = pair()
    const { secret } = await scene.register(ann, receiver.url)
    // The other process lives in the present.
    m.messaging.clock.set(new Date(Math.max(Date.now(), m.messaging.clock.now().getTime())))
    await scene.start(ann, bob)
    await scene.loseJobs()
    const [{ id: deliveryId }] = await scene.deliveriesOf(ann)
    await rows(m.messaging.context.db, sql`update webhook_deliveries set due_at = now() where id = ${deliveryId}::uuid`)
    const environment = environmentOf(m)
    const dying = spawn(process.execPath, [fileURLToPath(new URL('./dying-worker.ts', import.meta.url)), deliveryId], {
      env: {
        ...environment,
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        JOBS_DATABASE_URL: environment.MIGRATION_DATABASE_URL ?? '',
        LOG_LEVEL: 'error',
      },
      stdio: 'inherit',
    })
    receiver.answer = () => dying.kill('SIGKILL')
    const [, signal] = await once(dying, 'exit')
    expect(signal).toBe('SIGKILL')
    expect(await scene.deliveriesOf(ann)).toMatchObject([{ status: 'PENDING', attempts: [] }])
    receiver.answer = status(204)
    advance('1m')
    await m.messaging.runJob(sweepWebhooks, {})
    await scene.work()
    const [first, second] = receiver.calls
    expect(second && [second.id, second.body, rightSignatures(second, secret)]).toEqual([first?.id, first?.body, 1])
    expect(await scene.deliveriesOf(ann)).toMatchObject([{ status: 'DELIVERED', attempts: [{ httpStatus: 204 }] }])
  })
})

describe('what its owner asks for', () => {
  test('a test and a repetition are calls like others, ten of them a minute', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    const { delivery } = await scene.run(ann, 'sendTestWebhook', { endpointId })
    expect(delivery).toMatchObject({ type: 'webhook.test', status: 'PENDING', attempts: [] })
    await scene.start(ann, bob)
    await scene.work()
    expect(JSON.parse(receiver.calls.find(({ id }) => id === delivery.id)?.body ?? '')).toMatchObject({
      type: 'webhook.test',
      data: { endpointId },
    })
    const again = () => scene.run(ann, 'redeliverWebhook', { deliveryId: delivery.id })
    const asked = await Promise.all(Array.from({ length: 12 }, () => scene.run(ann, 'sendTestWebhook', { endpointId })))
    expect(asked.filter(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(3)
    advance('61s')
    await scene.work()
    const calls = receiver.calls.length
    expect((await again()).userErrors).toEqual([])
    await scene.work()
    expect(receiver.calls.slice(calls)).toMatchObject([{ id: delivery.id }])
    expect((await scene.deliveriesOf(ann)).at(-1).attempts).toHaveLength(2)
  })

  test('twenty changes an hour that are mailed, no more', async () => {
    const { ann } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    const move = (index: number) =>
      scene.run(ann, 'updateWebhookEndpoint', { endpointId, url: `${receiver.url}/${index}` })
    const moved = await Promise.all(Array.from({ length: 22 }, (_, index) => move(index)))
    expect(moved.filter(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(3)
    const another = { url: receiver.url, events: ['ORDER_PLACED'] }
    expect((await scene.run(ann, 'createWebhookEndpoint', another)).userErrors).toMatchObject([
      { code: 'LIMIT_EXCEEDED' },
    ])
    advance('61m')
    expect((await scene.run(ann, 'createWebhookEndpoint', another)).userErrors).toEqual([])
  })

  test('what was given up while it was being sent stays so, unless it has arrived', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    for (const [code, expected] of [
      [500, { status: 'FAILED', nextAttemptAt: null }],
      [204, { status: 'DELIVERED', nextAttemptAt: null }],
    ] as const) {
      const held: ServerResponse[] = []
      receiver.answer = (response) => held.push(response)
      await scene.start(ann, bob)
      const working = scene.work()
      await expect.poll(() => held.length, patient).toBe(1)
      for (const enabled of [false, true]) await scene.run(ann, 'updateWebhookEndpoint', { endpointId, enabled })
      held[0]?.writeHead(code).end()
      await working
      expect((await scene.deliveriesOf(ann))[0]).toMatchObject({ ...expected, attempts: [{ httpStatus: code }] })
    }
  })

  test('switched off, an endpoint hears nothing; what is on its way is given up', async () => {
    const { ann, bob } = pair()
    const { id: endpointId } = await scene.register(ann, receiver.url)
    await scene.start(ann, bob)
    const off = await scene.run(ann, 'updateWebhookEndpoint', { endpointId, enabled: false })
    expect(off.endpoint).toMatchObject({ disabledBecause: 'OWNER' })
    await scene.start(ann, bob)
    await scene.work()
    expect([receiver.calls, (await scene.deliveriesOf(ann)).length]).toEqual([[], 1])
    expect(await scene.deliveriesOf(ann, 'FAILED')).toMatchObject([{ nextAttemptAt: null, attempts: [] }])
    const on = await scene.run(ann, 'updateWebhookEndpoint', { endpointId, enabled: true })
    expect(on.endpoint).toMatchObject({ disabledAt: null, disabledBecause: null })
    await scene.start(ann, bob)
    await scene.work()
    expect(receiver.calls).toHaveLength(1)
  })
})

describe('what is kept', () => {
  test('no job holds an address, a body or a secret', async () => {
    const held = JSON.stringify(await rows(m.messaging.context.db, sql`select * from outbox where kind = 'job'`))
    expect(held).toContain('deliver-webhook')
    for (const word of ['whsec_', '/hooks', 'order.started']) expect(held).not.toContain(word)
  })

  test('deliveries go after 30 days, secrets when they end; the export knows of both, without secrets; a deleted account leaves nothing', async () => {
    const { ann, bob } = pair()
    const { id: endpointId, secret } = await scene.register(ann, receiver.url)
    await scene.run(ann, 'rotateWebhookSecret', { endpointId })
    await scene.start(ann, bob)
    await scene.work()
    const pages: string[] = []
    let cursor: string | null = null
    do {
      const page = (await m.messaging.service.procedure(
        personalDataOf('messaging').name,
        { userId: ann.id, cursor },
        'test',
      )) as { cursor: string | null }
      pages.push(JSON.stringify(page))
      cursor = page.cursor
    } while (cursor !== null)
    const exported = pages.join()
    expect(exported).toContain(receiver.url)
    expect(exported).toContain('order.started')
    for (const word of [secret, 'sealed']) expect(exported).not.toContain(word)

    const left = async () =>
      (
        await rows<{ n: number[] }>(
          m.messaging.context.db,
          sql`select array[(select count(*) from webhook_endpoints where id = ${endpointId}::uuid), (select count(*) from webhook_secrets where endpoint_id = ${endpointId}::uuid), (select count(*) from webhook_deliveries where endpoint_id = ${endpointId}::uuid)]::int[] as n`,
        )
      )[0]?.n
    expect(await left()).toEqual([1, 2, 1])
    advance('29d')
    await m.messaging.runJob(forgetWebhooks, {})
    expect(await left()).toEqual([1, 1, 1])
    advance('2d')
    await m.messaging.runJob(forgetWebhooks, {})
    expect(await left()).toEqual([1, 1, 0])
    await m.messaging.consume(userDeleted, { userId: ann.id })
    expect(await left()).toEqual([0, 0, 0])
    await expect(
      scene.run(ann, 'createWebhookEndpoint', { url: receiver.url, events: ['ORDER_LATE'] }),
    ).rejects.toThrow('NOT_FOUND')
  })
})

test('every type is described, with an example that holds ids, amounts and states and nobody’s words', async () => {
  const { webhookEventTypes } = await m.messaging.anonymous.query(
    '{ webhookEventTypes { type name version description example } }',
  )
  expect(webhookEventTypes.map(({ type }: { type: string }) => type)).toEqual(webhookTypes)
  for (const { type, name, version, description, example } of webhookEventTypes) {
    expect(type).toBe(name.toUpperCase().replace('.', '_'))
    expect(description.length, type).toBeGreaterThan(10)
    expect(JSON.parse(example)).toMatchObject({ type: name, version, timestamp: expect.any(String) })
    const { data } = JSON.parse(example)
    expect(Object.keys(data).length, type).toBeGreaterThan(0)
    expect(
      Object.keys(data).filter((key) => /title|reason|body|name|text|actor/i.test(key)),
      type,
    ).toEqual([])
  }
})

test('what is sealed can be sealed with another key, all or nothing', async () => {
  const { ann } = pair()
  const { secret, id: endpointId } = await scene.register(ann, receiver.url)
  const { config, db } = m.messaging.context
  const [from, to] = [config.KEY_ENCRYPTION_SECRET, 'the secret after this one, of no worth elsewhere']
  const resealed = transaction(db, async (tx) => {
    const count = await resealSecrets(tx, { from, to })
    await expect(resealSecrets(tx, { from, to })).rejects.toThrow()
    const [sealed] = await listSealedSecrets(tx, endpointId, m.messaging.clock.now())
    expect(unsealSecret(to, endpointId, sealed ?? '')).toBe(secret)
    // The other tests go on with the secret that they know.
    throw new Error(`${count} secrets, back to the old one`)
  })
  await expect(resealed).rejects.toThrow(/^[1-9]\d* secrets, back/)
})
