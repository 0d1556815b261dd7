import { expect, test } from 'vitest'
import { explainLevel, levelOf } from './level.ts'

const counts = (changes: object) => ({
  ordersCompleted: 0,
  ordersOnTime: 0,
  ordersFailed: 0,
  ratingCount: 0,
  ratingSum: 0,
  ...changes,
})

test('nobody starts above NEW, and the explanation names what the next level asks for', () => {
  expect(levelOf(counts({}))).toBe('NEW')
  expect(explainLevel('NEW', counts({ ordersCompleted: 1 }))).toContainEqual({
    metric: 'ORDERS_COMPLETED',
    value: 1,
    needed: 3,
  })
})

test.each([
  [{ ordersCompleted: 3, ordersOnTime: 3, ratingCount: 3, ratingSum: 15 }, 'RISING'],
  [{ ordersCompleted: 3, ordersOnTime: 3, ratingCount: 3, ratingSum: 12 }, 'NEW'],
  [{ ordersCompleted: 3, ordersOnTime: 2, ratingCount: 3, ratingSum: 15 }, 'NEW'],
  [{ ordersCompleted: 3, ordersOnTime: 3, ordersFailed: 1, ratingCount: 3, ratingSum: 15 }, 'NEW'],
  [{ ordersCompleted: 20, ordersOnTime: 19, ratingCount: 10, ratingSum: 46 }, 'ESTABLISHED'],
  [{ ordersCompleted: 100, ordersOnTime: 95, ratingCount: 50, ratingSum: 245 }, 'TOP'],
])('%o is %s', (changes, level) => {
  expect(levelOf(counts(changes))).toBe(level)
})

test('the highest level is explained by its own conditions', () => {
  expect(explainLevel('TOP', counts({}))).toContainEqual({ metric: 'ORDERS_COMPLETED', value: 0, needed: 100 })
})
