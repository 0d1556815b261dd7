import { expect, test } from 'vitest'
import { priceOf } from './quote-gig.ts'

const usd = (amountMinor: number) => ({ amountMinor, currency: 'USD' })
const content = {
  packages: [
    {
      tier: 'BASIC' as const,
      title: 'One',
      description: 'd',
      price: usd(5_000),
      deliveryDays: 4,
      revisions: 1,
      features: [],
    },
  ],
  extras: [
    { id: 'fast', title: 'Express', price: usd(2_000), extraDays: -3 },
    { id: 'more', title: 'More', price: usd(100), extraDays: 2 },
  ],
  faq: [],
  requirements: [],
}
const ask = (extraIds: string[], quantity = 1, tier: 'BASIC' | 'PREMIUM' = 'BASIC') =>
  priceOf({ content }, { tier, extraIds, quantity })

test('units and extras add up, each extra once per unit', () => {
  expect(ask([])).toMatchObject({ price: usd(5_000), deliveryDays: 4, revisions: 1 })
  expect(ask(['fast', 'fast', 'more'], 3)).toMatchObject({
    price: usd(21_300),
    deliveryDays: 11,
    lines: [
      { title: 'One', quantity: 3, amount: usd(15_000) },
      { title: 'Express', quantity: 3, amount: usd(6_000) },
      { title: 'More', quantity: 3, amount: usd(300) },
    ],
  })
})

test('nothing is delivered before tomorrow or after a year', () => {
  expect(
    priceOf(
      { content: { ...content, extras: [{ ...content.extras[0]!, extraDays: -30 }] } },
      { tier: 'BASIC', extraIds: ['fast'], quantity: 1 },
    )?.deliveryDays,
  ).toBe(1)
  expect(ask([], 200)?.deliveryDays).toBe(365)
})

test('what is not offered has no price', () => {
  expect(ask([], 1, 'PREMIUM')).toBeUndefined()
  expect(ask(['gone'])).toBeUndefined()
})
