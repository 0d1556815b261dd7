import { expect, test } from 'vitest'
import { waitForMail } from '../support/mailbox.ts'
import { logIn, type Person } from '../support/person.ts'
import * as documents from './documents.ts'
import { refusedFor, type Walk, within } from './scene.ts'

/** The work is delivered, paid, reviewed, and told about. */
export const describeFinishing = (walk: Walk): void => {
  test('the freelancer delivers, the client accepts, and nobody else may', async () => {
    const deliver = { input: { orderId: walk.orderId, message: 'Vector files attached.' } }
    expect(await refusedFor(walk, 'stranger', documents.Deliver, deliver)).toBe('NOT_FOUND')
    const own = await walk.client.client.run(documents.Deliver, deliver)
    expect(own.errors?.[0]?.extensions?.code ?? own.data.deliverOrder.userErrors[0].code).toMatch(
      /FORBIDDEN|INVALID_STATE|NOT_ALLOWED/,
    )
    expect((await walk.freelancer.client.query(documents.Deliver, deliver)).deliverOrder).toMatchObject({
      order: { state: 'DELIVERED' },
      userErrors: [],
    })
    expect(await refusedFor(walk, 'stranger', documents.Accept, { input: { orderId: walk.orderId } })).toBe('NOT_FOUND')
    expect(
      (await walk.client.client.query(documents.Accept, { input: { orderId: walk.orderId } })).acceptDelivery,
    ).toMatchObject({
      order: { state: 'COMPLETED' },
      userErrors: [],
    })
  })

  test('the ledger pays the freelancer minus the fee and sums to zero', async () => {
    await expect
      .poll(
        async () =>
          (await walk.freelancer.client.query('{ viewer { balance { pending { amountMinor } } } }')).viewer.balance
            .pending.amountMinor,
        within,
      )
      .toBe(10_800)
    const check = '{ ledgerCheck { ok invariants { __typename } } }'
    expect((await walk.freelancer.client.run(check)).errors?.[0]?.extensions?.code).toBe('FORBIDDEN')
    const staff = await logIn(walk.stack, walk.admin, 'ADMIN')
    const { ledgerCheck } = await staff.client.query(check)
    expect(ledgerCheck.ok, JSON.stringify(ledgerCheck)).toBe(true)
  })

  test('both review; nobody sees either before both are in; the gig shows its rating', async () => {
    await expect
      .poll(
        async () => (await walk.client.client.query(documents.OrderOf, { id: walk.orderId })).order.canReview,
        within,
      )
      .toBe(true)
    const review = (rating: number, comment: string) => ({ input: { orderId: walk.orderId, rating, comment } })
    const refused = await walk.stranger.client.run(documents.SubmitReview, review(1, 'I was never there.'))
    expect(refused.errors?.[0]?.extensions?.code).toBe('NOT_FOUND')
    await walk.client.client.query(documents.SubmitReview, review(5, 'A lighthouse we will keep for decades.'))
    expect((await walk.stranger.client.query(documents.GigRating, { gigId: walk.gigId })).gig.ratingSummary.count).toBe(
      0,
    )
    await walk.freelancer.client.query(documents.SubmitReview, review(5, 'Clear answers, a pleasure.'))
    expect(
      (await walk.stranger.client.query(documents.GigRating, { gigId: walk.gigId })).gig.ratingSummary,
    ).toMatchObject({
      count: 1,
      average: 5,
    })
    await expect
      .poll(
        async () => (await walk.stranger.client.query(documents.GigRating, { gigId: walk.gigId })).gig.ratingCount,
        within,
      )
      .toBe(1)
  })

  test('each was notified in the app and by mail', async () => {
    const texts = async (person: Person) =>
      ((await person.client.query(documents.Notifications)).viewer.notifications.nodes as { category: string }[]).map(
        (each) => each.category,
      )
    await expect.poll(() => texts(walk.client), within).toEqual(expect.arrayContaining(['ORDERS', 'REVIEWS']))
    await expect
      .poll(() => texts(walk.freelancer), within)
      .toEqual(expect.arrayContaining(['ORDERS', 'PAYMENTS', 'REVIEWS']))
    await waitForMail(walk.stack.mailboxUrl, walk.freelancer.email, '')
    await waitForMail(walk.stack.mailboxUrl, walk.client.email, '')
  })

  test('one query reads a person from four services', async () => {
    const { user } = await walk.stranger.client.query(documents.FourServices, { handle: walk.freelancer.handle })
    expect(user).toMatchObject({
      displayName: 'Finn Tester',
      freelancerProfile: { headline: 'Logos that last' },
      gigs: { nodes: [{ id: walk.gigId, ratingSummary: { count: 1, average: 5 } }] },
      reviewsReceived: { nodes: [{ rating: 5, author: { handle: walk.client.handle } }] },
    })
  })
}
