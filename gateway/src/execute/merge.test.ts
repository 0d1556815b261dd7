import { expect, test } from 'vitest'
import { cloneJson, type JsonObject } from './json.ts'
import { mergeInto } from './merge.ts'

function merged(target: JsonObject, source: JsonObject): JsonObject {
  mergeInto(target, source)
  return target
}

test('objects merge by key and lists by position', () => {
  const target = { a: { b: 1 }, list: [{ x: 1 }, null, [{ y: 1 }]] }
  const source = { a: { c: 2 }, list: [{ z: 2 }, { n: 1 }, [{ w: 2 }]], d: 3 }
  expect(merged(target, source)).toEqual({
    a: { b: 1, c: 2 },
    d: 3,
    list: [{ x: 1, z: 2 }, { n: 1 }, [{ y: 1, w: 2 }]],
  })
})

test('null does not erase what another service gave; lists of other length replace', () => {
  expect(merged({ a: 1, b: { c: 1 }, l: [1] }, { a: null, b: null, l: [1, 2], n: null })).toEqual({
    a: 1,
    b: { c: 1 },
    l: [1, 2],
    n: null,
  })
})

test('free-form JSON cannot reach a prototype', () => {
  const hostile = () => JSON.parse('{ "json": { "__proto__": { "polluted": true } } }') as JsonObject
  mergeInto(hostile(), hostile())
  expect(({} as JsonObject).polluted).toBeUndefined()
  expect(JSON.stringify(cloneJson(hostile()))).toBe('{"json":{"__proto__":{"polluted":true}}}')
})
