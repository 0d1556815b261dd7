import { expect, test } from 'vitest'
import { createSlices } from './slices.ts'

test('work is done in order, a slice per turn, and others get theirs in between', async () => {
  let now = 0
  const done: number[] = []
  const slices = createSlices(() => now)
  for (let index = 0; index < 10; index += 1)
    slices.add(() => {
      now += 1.5
      done.push(index)
    })
  expect(done).toEqual([])
  const turns: number[] = []
  while (done.length < 10) {
    await new Promise((resolve) => setImmediate(resolve))
    turns.push(done.length)
  }
  expect(turns.slice(0, 3)).toEqual([3, 6, 9])
  expect(done).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  slices.add(() => done.push(10))
  await new Promise((resolve) => setImmediate(resolve))
  expect(done).toHaveLength(11)
})
