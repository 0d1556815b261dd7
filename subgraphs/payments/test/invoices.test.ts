import { usd } from '@gigraph/shared/money'
import { person, staff } from '@gigraph/shared/testing'
import { extractText, getDocumentProxy } from 'unpdf'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { invoices } from '../src/tables.ts'
import { type PaymentsWorld, startPaymentsWorld } from './payments-world.ts'
import { standInPerson } from './stand-ins.ts'

let world: PaymentsWorld
beforeAll(async () => {
  world = await startPaymentsWorld()
})
afterAll(() => world.close())

type Order = ReturnType<PaymentsWorld['order']>
type Viewer = Order['buyer'] | null
const Invoice =
  'query ($id: ID!) { invoice(paymentId: $id) { number issuedAt download { url expiresAt } } payment(id: $id) { invoice { number } } }'
const ask = (paymentId: string, viewer: Viewer) => world.payments.as(viewer).run(Invoice, { id: paymentId })
const linkOf = async (paymentId: string, viewer: Viewer): Promise<URL> => {
  const { data } = await ask(paymentId, viewer)
  const url = new URL(data.invoice.download.url)
  expect(url.origin).toBe('https://payments.test')
  return new URL(url.pathname + url.search, world.payments.service.url)
}
const words = async (link: URL): Promise<string> => {
  const answer = await fetch(link)
  expect(answer.status).toBe(200)
  const { text } = await extractText(await getDocumentProxy(await answer.bytes()), { mergePages: true })
  return text.replaceAll('\u00a0', ' ')
}
const named = (order: Order, buyer = 'Ann Änger', seller = 'Боб Μπομπ', locale = 'en') => ({
  buyer: standInPerson(order.buyerId, { displayName: buyer, locale }),
  seller: standInPerson(order.sellerId, { displayName: seller }),
})

describe('an invoice', () => {
  it('is a PDF with both names, what was paid, and what went back', async () => {
    const order = world.order({ title: 'A logo for “Café Łódź”' })
    named(order)
    const paymentId = await world.pay(order)
    const text = await words(await linkOf(paymentId, order.buyer))
    for (const part of ['Invoice', 'Ann Änger', 'Боб Μπομπ', 'A logo for “Café Łódź”', '$125.00', paymentId])
      expect(text).toContain(part)
    expect(text).not.toContain('Refunded')

    const Refund = 'mutation ($input: RefundPaymentInput!) { refundPayment(input: $input) { userErrors { code } } }'
    const input = { paymentId, reason: 'Between us', amount: usd(2_500) }
    await world.payments.as(order.seller).query(Refund, { input })
    await world.settle()
    const later = await words(await linkOf(paymentId, order.buyer))
    expect(later).toContain('-$25.00')
    expect(later).toContain('$100.00')
    expect(later).not.toContain('Between us')
  })

  it('shows who both sides are for their bookkeepers, as far as they said so', async () => {
    const order = world.order()
    named(order, 'Ann', 'Bob', 'de')
    const paymentId = await world.pay(order)
    const Bill =
      'mutation ($input: SetBillingDetailsInput!) { setBillingDetails(input: $input) { billingDetails { name country } userErrors { code field } } }'
    const bill = async (viewer: Order['buyer'], input: object) =>
      (await world.payments.as(viewer).query(Bill, { input })).setBillingDetails
    const acme = {
      name: 'ACME GmbH',
      addressLines: ['Hauptstraße 1', '10115 Berlin'],
      country: 'DE',
      taxId: 'DE123456789',
    }
    expect(await bill(order.buyer, { ...acme, name: 'Wrong Ltd' })).toMatchObject({ userErrors: [] })
    expect(await bill(order.buyer, acme)).toEqual({
      billingDetails: { name: 'ACME GmbH', country: 'DE' },
      userErrors: [],
    })
    await bill(order.seller, { name: 'Bob Ltd', addressLines: ['1 High St', 'London'], country: 'GB' })
    const text = await words(await linkOf(paymentId, order.buyer))
    for (const part of [
      'ACME GmbH',
      'Hauptstraße 1',
      'Deutschland',
      'DE123456789',
      'Bob Ltd',
      'Vereinigtes Königreich',
    ])
      expect(text).toContain(part)
    for (const [wrong, field] of [
      [{ country: 'QQ' }, 'country'],
      [{ addressLines: [] }, 'addressLines'],
      [{ name: ' ' }, 'name'],
      [{ taxId: '<b>' }, 'taxId'],
    ] as const)
      expect((await bill(order.buyer, { ...acme, ...wrong })).userErrors).toMatchObject([
        { code: 'VALIDATION', field: ['input', field] },
      ])
  })

  it('speaks the buyer’s language', async () => {
    const order = world.order()
    named(order, 'Anna', 'Ben', 'de-AT')
    const text = await words(await linkOf(await world.pay(order), order.buyer))
    for (const part of ['Rechnung', '125,00 $']) expect(text).toContain(part)
  })

  it('has no name of a deleted account', async () => {
    const order = world.order()
    const { seller } = named(order, 'Carla', 'Dora')
    seller.status = 'DELETED'
    const text = await words(await linkOf(await world.pay(order), order.buyer))
    expect(text).toContain('Deleted account')
    expect(text).not.toContain('Dora')
  })

  it('is for who paid and staff who read payments; the field is null for the seller', async () => {
    const order = world.order()
    const paymentId = await world.pay(order)
    for (const viewer of [order.buyer, staff('payments:read')]) {
      const { data, errors } = await ask(paymentId, viewer)
      expect(errors).toBeUndefined()
      expect(data.payment.invoice.number).toBe(data.invoice.number)
    }
    const bySeller = await ask(paymentId, order.seller)
    expect(bySeller.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
    expect(bySeller.data).toMatchObject({ invoice: null, payment: { invoice: null } })
    for (const [viewer, code] of [
      [person('CLIENT', 'FREELANCER'), 'NOT_FOUND'],
      [staff('content:moderate'), 'NOT_FOUND'],
      [null, 'UNAUTHENTICATED'],
    ] as const)
      expect((await ask(paymentId, viewer)).errors?.[0]).toMatchObject({ extensions: { code } })
  })

  it('does not exist before the money has arrived', async () => {
    const order = world.order()
    const { payment } = await world.checkOut(order)
    expect((await ask(payment.id, order.buyer)).data).toEqual({ invoice: null, payment: { invoice: null } })
  })

  it('keeps its number; numbers have no gap, however many ask at once', async () => {
    const orders = await Promise.all(
      Array.from({ length: 6 }, async () => {
        const order = world.order()
        return { order, paymentId: await world.pay(order) }
      }),
    )
    const asked = await Promise.all(
      [...orders, ...orders].map(({ order, paymentId }) => ask(paymentId, order.buyer).then(({ data }) => data)),
    )
    expect(new Set(asked.map(({ invoice }) => invoice.number)).size).toBe(6)
    const numbers = (await world.context.db.select().from(invoices)).map(({ number }) => number)
    expect(numbers.toSorted((a, b) => a - b)).toEqual(numbers.map((_, index) => index + 1))
  })
})

describe('a link to an invoice', () => {
  it('works for ten minutes, only as it is, and is kept by nobody', async () => {
    const order = world.order()
    const other = world.order()
    const otherId = await world.pay(other)
    const link = await linkOf(await world.pay(order), order.buyer)
    const answer = await fetch(link)
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/pdf',
      'content-disposition': expect.stringMatching(/^attachment; filename="INV-\d{6}\.pdf"$/),
      'cache-control': 'private, no-store',
      'x-content-type-options': 'nosniff',
    })
    await answer.bytes()
    const altered = (change: (url: URL) => void) => {
      const url = new URL(link)
      change(url)
      return fetch(url).then(({ status }) => status)
    }
    expect(await altered((url) => url.searchParams.set('expires', '99999999999999'))).toBe(403)
    expect(await altered((url) => url.searchParams.set('signature', 'x'))).toBe(403)
    expect(await altered((url) => url.searchParams.delete('signature'))).toBe(403)
    expect(await altered((url) => url.searchParams.set('expires', 'x'))).toBe(403)
    expect(
      await altered((url) => {
        url.pathname = `/invoices/${otherId}`
      }),
    ).toBe(403)
    expect(
      await altered((url) => {
        url.pathname = '/invoices/x'
      }),
    ).toBe(403)
    world.clock.advance('11m')
    expect(await altered(() => undefined)).toBe(403)
  })
})
