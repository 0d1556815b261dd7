import { expect, test } from 'vitest'
import { wordsToResemble } from './words-to-resemble.ts'

test.each([
  ['Bakkery LOGO', ['bakkery', 'logo']],
  ['"a logo" -of our café, café', ['logo', 'our', 'café']],
  ['C', ['c']],
  ['%_\\ !', []],
  ['one two three four five six seven', ['one', 'two', 'three', 'four', 'five', 'six']],
])('of %j are looked for: %j', (text, words) => {
  expect(wordsToResemble(text)).toEqual(words)
})
