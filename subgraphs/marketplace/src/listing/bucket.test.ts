import { expect, test } from 'vitest'
import { categories } from '../category/category.ts'
import { bucketsOf, categoryByCode } from './bucket.ts'

const lower = categories.filter(({ parentId }) => parentId !== null)
const upper = categories.filter(({ parentId }) => parentId === null)

test('no two categories share a number, and every number fits the column', () => {
  expect(categoryByCode.size).toBe(lower.length)
  expect(new Set(upper.map(({ id }) => bucketsOf(id)[0])).size).toBe(upper.length)
  for (const { id } of categories) {
    const [first, last] = bucketsOf(id)
    expect(first).toBeGreaterThanOrEqual(0)
    expect(last).toBeLessThan(2 ** 31)
  }
})

test('the buckets of a top category are those of what belongs to it', () => {
  for (const top of upper) {
    const [from, to] = bucketsOf(top.id)
    const inside = lower.filter(({ id }) => bucketsOf(id)[0] >= from && bucketsOf(id)[1] <= to)
    expect(inside.map(({ parentId }) => parentId)).toEqual(inside.map(() => top.id))
    expect(inside.length).toBe(lower.filter(({ parentId }) => parentId === top.id).length)
  }
})
