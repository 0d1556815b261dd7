import { expect, test } from 'vitest'
import { categories, childrenOf } from './category.ts'

test('there are at least 12 top categories with at least 5 below each, and no id twice', () => {
  const tops = categories.filter(({ parentId }) => parentId === null)
  expect(tops.length).toBeGreaterThanOrEqual(12)
  for (const top of tops) expect(childrenOf(top.id).length, top.name).toBeGreaterThanOrEqual(5)
  expect(new Set(categories.map(({ id }) => id)).size).toBe(categories.length)
})
