import type { Stack } from '@gigraph/dev/stack'
import { payCheckout } from '@gigraph/dev/stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createGraphClient } from '../support/client.ts'
import { waitForMail } from '../support/mailbox.ts'
import { join, logIn, type Person } from '../support/person.ts'
import { seedAdmin, startTestStack } from '../support/start-test-stack.ts'
import * as documents from './documents.ts'

const CARD = '4242424242424242'
const within = { timeout: 30_000, interval: 100 }

/** From registration to rating, through every service, in one of the two topologies. */
export const describeWalk = (topology: 'process' | 'services') =>
  describe(`a client and a freelancer, from registration to rating (topology: ${topology})`, () => {
    const admin = { email: 'ada@example.com', password: 'a password for the tests', handle: 'ada' }
    let stack: Stack
    let client: Person
    let freelancer: Person
    let stranger: Person
    let gigId: string
    let orderId: string
    let conversationId: string

    beforeAll(async () => {
      stack = await startTestStack(topology, { seed: seedAdmin(admin) })
    }, 120_000)
    afterAll(async () => {
      for (const person of [client, freelancer, stranger]) await person?.client.close()
      await stack?.close()
    }, 60_000)

    const refusedFor = async (who: 'nobody' | 'stranger', document: string, variables: Record<string, unknown>) => {
      const graph = who === 'nobody' ? createGraphClient(stack.graphqlUrl, null) : stranger.client
      const { data, errors } = await graph.run(document, variables)
      const codes = [...(errors ?? []).map((error) => error.extensions?.code)]
      expect(codes, JSON.stringify({ data, errors })).toHaveLength(1)
      return codes[0]
    }

    test('they register, verify their address with the link in the mail, and log in with the code in the mail', async () => {
      ;[client, freelancer, stranger] = await Promise.all([
        join(stack, 'CLIENT', 'Cleo'),
        join(stack, 'FREELANCER', 'Finn'),
        join(stack, 'CLIENT', 'Sid'),
      ])
    })

    test('a forged token is refused, and a refresh token gives new tokens', async () => {
      const forged = createGraphClient(stack.graphqlUrl, `${client.accessToken.slice(0, -6)}AAAAAA`)
      expect((await forged.run('{ viewer { id } }')).errors).toMatchObject([
        { extensions: { code: 'UNAUTHENTICATED' } },
      ])
      const { refreshSession } = await createGraphClient(stack.graphqlUrl, null).query(documents.Refresh, {
        input: { refreshToken: client.refreshToken },
      })
      const again = createGraphClient(stack.graphqlUrl, refreshSession.tokens.accessToken)
      expect((await again.query('{ viewer { id } }')).viewer.id).toBe(client.id)
    })

    test('the freelancer fills a profile; nobody and a client may not', async () => {
      const input = {
        input: {
          headline: 'Logos that last',
          bio: 'I have drawn logos for twelve years.',
          country: 'SE',
          hourlyRate: { amountMinor: 6_500 },
        },
      }
      await expect
        .poll(
          async () =>
            (await freelancer.client.query('{ viewer { freelancerProfile { headline } } }')).viewer.freelancerProfile,
          within,
        )
        .not.toBeNull()
      const { updateFreelancerProfile } = await freelancer.client.query(documents.UpdateFreelancerProfile, input)
      expect(updateFreelancerProfile).toMatchObject({
        freelancerProfile: { headline: 'Logos that last' },
        userErrors: [],
      })
      expect(await refusedFor('nobody', documents.UpdateFreelancerProfile, input)).toBe('UNAUTHENTICATED')
      expect(await refusedFor('stranger', documents.UpdateFreelancerProfile, input)).toBe('FORBIDDEN')
    })

    test('the freelancer publishes a gig; a client may not', async () => {
      const input = { input: documents.gigInput }
      expect(await refusedFor('nobody', documents.CreateGig, input)).toBe('UNAUTHENTICATED')
      expect(await refusedFor('stranger', documents.CreateGig, input)).toBe('FORBIDDEN')
      // The marketplace learns from an event that the address is verified.
      await expect
        .poll(async () => {
          const { createGig } = await freelancer.client.query(documents.CreateGig, input)
          gigId = createGig.gig?.id ?? gigId
          return createGig.userErrors
        }, within)
        .toEqual([])
      expect(await refusedFor('stranger', documents.SubmitGig, { input: { gigId } })).toBe('NOT_FOUND')
      await expect
        .poll(
          async () => (await freelancer.client.query(documents.SubmitGig, { input: { gigId } })).submitGig.gig?.status,
          within,
        )
        .toBe('ACTIVE')
    })

    test('the client finds it by search, misspelled too, and reads the seller from other services', async () => {
      const search = async (query: string) =>
        (await client.client.query(documents.Search, { query })).searchGigs.nodes as { id: string }[]
      await expect
        .poll(() => search('timeless lighthouse logo'), within)
        .toMatchObject([
          {
            id: gigId,
            startingPrice: { formatted: '$120.00' },
            seller: { handle: freelancer.handle, freelancerProfile: { headline: 'Logos that last', level: 'NEW' } },
            ratingSummary: { count: 0 },
          },
        ])
      expect(await search('timless lighthose logo')).toMatchObject([{ id: gigId }])
    })

    test('the client places an order at the seller’s price; nobody and the seller may not', async () => {
      const input = {
        input: { source: { gig: { gigId, tier: 'BASIC', quantity: 1 } }, idempotencyKey: `walk-${gigId}` },
      }
      expect(await refusedFor('nobody', documents.PlaceOrder, input)).toBe('UNAUTHENTICATED')
      const own = await freelancer.client.run(documents.PlaceOrder, input)
      expect(own.errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
      const { placeOrder } = await client.client.query(documents.PlaceOrder, input)
      expect(placeOrder).toMatchObject({
        userErrors: [],
        order: { state: 'PENDING_PAYMENT', total: { amountMinor: 12_000, currency: 'USD' } },
      })
      orderId = placeOrder.order.id
      const again = await client.client.query(documents.PlaceOrder, input)
      expect(again.placeOrder.order.id).toBe(orderId)
      expect(await refusedFor('stranger', documents.OrderOf, { id: orderId })).toBe('NOT_FOUND')
    })

    test('the client pays at the checkout, the signed webhook arrives, and the order starts', async () => {
      const input = { input: { orderId, idempotencyKey: `pay-${orderId}` } }
      expect(await refusedFor('nobody', documents.CreateCheckout, input)).toBe('UNAUTHENTICATED')
      expect(await refusedFor('stranger', documents.CreateCheckout, input)).toBe('NOT_FOUND')
      const { createCheckout } = await client.client.query(documents.CreateCheckout, input)
      expect(createCheckout.userErrors).toEqual([])
      const declined = await payCheckout(createCheckout.checkout.url, { card: '4000000000000002' })
      expect(declined.paid).toBe(false)
      const paid = await payCheckout(createCheckout.checkout.url, { card: CARD })
      expect(paid.paid).toBe(true)
      await expect
        .poll(async () => (await client.client.query(documents.OrderOf, { id: orderId })).order.state, within)
        .toBe('AWAITING_REQUIREMENTS')
      const { order } = await client.client.query(documents.OrderOf, { id: orderId })
      expect(order.payment).toMatchObject({ status: 'SUCCEEDED', amount: { amountMinor: 12_000 } })
      const answers = order.requirements.map((requirement: { id: string }) => ({
        requirementId: requirement.id,
        answer: 'A lighthouse, in two colours.',
      }))
      const started = await client.client.query(documents.SubmitRequirements, { input: { orderId, answers } })
      expect(started.submitRequirements).toMatchObject({ order: { state: 'IN_PROGRESS' }, userErrors: [] })
    })

    test('they chat live; an event carries fields of three services; strangers hear nothing', async () => {
      await expect
        .poll(
          async () => (await client.client.query(documents.OrderOf, { id: orderId })).order.conversation?.id ?? null,
          within,
        )
        .not.toBeNull()
      conversationId = (await client.client.query(documents.OrderOf, { id: orderId })).order.conversation.id
      const heard: Record<string, unknown>[] = []
      const listen = async (person: Person) => {
        for await (const { data, errors } of person.client.subscribe(documents.MessageAdded, { conversationId })) {
          if (errors) throw new Error(`the subscription failed: ${JSON.stringify(errors)}`)
          heard.push({ by: person.handle, ...data.messageAdded })
        }
      }
      const listening = [listen(client), listen(freelancer)]
      const eavesdropper = stranger.client.subscribe(documents.MessageAdded, { conversationId })
      const overheard = await eavesdropper.next().catch((error: unknown) => ({ value: { errors: [error] } }))
      expect(overheard.value.errors?.length ?? 0).toBeGreaterThan(0)

      const send = (person: Person, body: string) =>
        person.client.query(documents.SendMessage, {
          input: { conversationId, body, clientMessageId: `${person.handle}-${body}` },
        })
      // Until both sockets listen, what is said is only kept: say hello until it is heard.
      await expect
        .poll(async () => {
          await send(client, `Are you there? ${heard.length}`)
          return new Set(heard.map((event) => event.by)).size
        }, within)
        .toBe(2)
      await send(client, 'Shall the lighthouse be striped?')
      await send(freelancer, 'Yes, red and white.')
      await expect.poll(() => heard.filter((event) => event.body === 'Yes, red and white.').length, within).toBe(2)
      expect(heard.find((event) => event.body === 'Yes, red and white.')).toMatchObject({
        sender: { handle: freelancer.handle, freelancerProfile: { headline: 'Logos that last' } },
        conversation: { order: { id: orderId, state: 'IN_PROGRESS' } },
      })
      expect(await refusedFor('stranger', documents.SendMessage, { input: { conversationId, body: 'Hello?' } })).toBe(
        'NOT_FOUND',
      )
      await client.client.close()
      await freelancer.client.close()
      await Promise.allSettled(listening)
      client = { ...client, client: createGraphClient(stack.graphqlUrl, client.accessToken) }
      freelancer = { ...freelancer, client: createGraphClient(stack.graphqlUrl, freelancer.accessToken) }
    })

    test('the freelancer delivers, the client accepts, and nobody else may', async () => {
      const deliver = { input: { orderId, message: 'Vector files attached.' } }
      expect(await refusedFor('stranger', documents.Deliver, deliver)).toBe('NOT_FOUND')
      const own = await client.client.run(documents.Deliver, deliver)
      expect(own.errors?.[0]?.extensions?.code ?? own.data.deliverOrder.userErrors[0].code).toMatch(
        /FORBIDDEN|INVALID_STATE|NOT_ALLOWED/,
      )
      expect((await freelancer.client.query(documents.Deliver, deliver)).deliverOrder).toMatchObject({
        order: { state: 'DELIVERED' },
        userErrors: [],
      })
      expect(await refusedFor('stranger', documents.Accept, { input: { orderId } })).toBe('NOT_FOUND')
      expect((await client.client.query(documents.Accept, { input: { orderId } })).acceptDelivery).toMatchObject({
        order: { state: 'COMPLETED' },
        userErrors: [],
      })
    })

    test('the ledger pays the freelancer minus the fee and sums to zero', async () => {
      await expect
        .poll(
          async () =>
            (await freelancer.client.query('{ viewer { balance { pending { amountMinor } } } }')).viewer.balance.pending
              .amountMinor,
          within,
        )
        .toBe(10_800)
      const check = '{ ledgerCheck { ok invariants { __typename } } }'
      expect((await freelancer.client.run(check)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
      const staff = await logIn(stack, admin, 'ADMIN')
      const { ledgerCheck } = await staff.client.query(check)
      expect(ledgerCheck.ok, JSON.stringify(ledgerCheck)).toBe(true)
    })

    test('both review; nobody sees either before both are in; the gig shows its rating', async () => {
      await expect
        .poll(async () => (await client.client.query(documents.OrderOf, { id: orderId })).order.canReview, within)
        .toBe(true)
      const review = (rating: number, comment: string) => ({ input: { orderId, rating, comment } })
      const refused = await stranger.client.run(documents.SubmitReview, review(1, 'I was never there.'))
      expect(refused.errors?.[0]?.extensions?.code).toBe('NOT_FOUND')
      await client.client.query(documents.SubmitReview, review(5, 'A lighthouse we will keep for decades.'))
      expect((await stranger.client.query(documents.GigRating, { gigId })).gig.ratingSummary.count).toBe(0)
      await freelancer.client.query(documents.SubmitReview, review(5, 'Clear answers, a pleasure.'))
      expect((await stranger.client.query(documents.GigRating, { gigId })).gig.ratingSummary).toMatchObject({
        count: 1,
        average: 5,
      })
      await expect
        .poll(async () => (await stranger.client.query(documents.GigRating, { gigId })).gig.ratingCount, within)
        .toBe(1)
    })

    test('each was notified in the app and by mail', async () => {
      const texts = async (person: Person) =>
        ((await person.client.query(documents.Notifications)).viewer.notifications.nodes as { category: string }[]).map(
          (each) => each.category,
        )
      await expect.poll(() => texts(client), within).toEqual(expect.arrayContaining(['ORDERS', 'REVIEWS']))
      await expect
        .poll(() => texts(freelancer), within)
        .toEqual(expect.arrayContaining(['ORDERS', 'PAYMENTS', 'REVIEWS']))
      await waitForMail(stack.mailboxUrl, freelancer.email, '')
      await waitForMail(stack.mailboxUrl, client.email, '')
    })

    test('one query reads a person from four services', async () => {
      const { user } = await stranger.client.query(documents.FourServices, { handle: freelancer.handle })
      expect(user).toMatchObject({
        displayName: 'Finn Tester',
        freelancerProfile: { headline: 'Logos that last' },
        gigs: { nodes: [{ id: gigId, ratingSummary: { count: 1, average: 5 } }] },
        reviewsReceived: { nodes: [{ rating: 5, author: { handle: client.handle } }] },
      })
    })

    if (topology === 'services')
      test('a killed service costs its own fields only, and is back within ten seconds', async () => {
        const pid = stack.processes.find(({ name }) => name === 'orders')?.pid()
        process.kill(pid ?? 0, 'SIGKILL')
        const killedAt = performance.now()
        const read = () => stranger.client.run(documents.WithOrders, { handle: freelancer.handle })
        await expect
          .poll(async () => (await read()).errors?.[0]?.extensions?.code ?? null, within)
          .toBe('SERVICE_UNAVAILABLE')
        expect((await read()).data.user).toMatchObject({
          displayName: 'Finn Tester',
          completedOrders: null,
          gigs: { nodes: [{ id: gigId }] },
        })
        await expect.poll(async () => (await read()).data.user?.completedOrders, within).toBe(1)
        expect(performance.now() - killedAt).toBeLessThan(10_000)
      })

    test('whoever logs out is out: the token and the open socket end within five seconds', async () => {
      const token = client.accessToken
      const graph = createGraphClient(stack.graphqlUrl, token)
      const stream = graph.subscribe('subscription { notificationAdded { id } }')
      const closed = stream.next().then(
        ({ done, value }) => done || Boolean(value?.errors),
        () => true,
      )
      expect((await graph.query('{ viewer { id } }')).viewer.id).toBe(client.id)
      await graph.query('mutation { logout { loggedOut } }')
      const loggedOutAt = performance.now()
      await expect
        .poll(async () => (await graph.run('{ viewer { id } }')).errors?.[0]?.extensions?.code ?? null, within)
        .toBe('UNAUTHENTICATED')
      expect(await closed).toBe(true)
      expect(performance.now() - loggedOutAt).toBeLessThan(5_000)
      await graph.close()
    })
  })
