import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { breakingChanges, compose } from './compose.ts'
import { loadSupergraph } from './load.ts'
import { watchSupergraphFile } from './watch.ts'

const compositionOf = (sdl: string) => compose([{ name: 'a', url: 'http://a.test/', sdl }])

function composed(sdl: string): string {
  const composition = compositionOf(sdl)
  if (composition.errors !== undefined) throw new Error(composition.errors.join('\n'))
  return composition.supergraphSdl
}

test('composes services into a supergraph that keeps their URLs', () => {
  const { services, apiSchema } = loadSupergraph(composed('type Query { a: Int }'))
  expect([...services]).toEqual([['a', 'http://a.test/']])
  expect(apiSchema.getQueryType()?.getFields()).toHaveProperty('a')
})

test('names the service that does not compose', () => {
  const { errors } = compositionOf('type Query { a: Missing }')
  expect(errors?.join()).toMatch(/\[a\].*Missing/)
})

test('finds what would break clients', () => {
  const changes = breakingChanges(composed('type Query { a: Int b: Int }'), composed('type Query { a: Int! }'))
  expect(changes.map((change) => change.description)).toEqual(['Query.b was removed.'])
})

test('reports each new text of a watched file', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'supergraph-')), 'supergraph.graphql')
  writeFileSync(file, 'one')
  const onChange = vi.fn()
  const stop = watchSupergraphFile(file, 'one', { onChange, onError: (error) => expect.fail(String(error)) }, 20)
  try {
    writeFileSync(`${file}.new`, 'two')
    renameSync(`${file}.new`, file)
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledExactlyOnceWith('two'), { timeout: 3_000 })
  } finally {
    stop()
  }
})

test('reports what a file became before it was watched, and tells once that it is gone', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'supergraph-')), 'supergraph.graphql')
  writeFileSync(file, 'two')
  const onChange = vi.fn()
  const onError = vi.fn()
  const stop = watchSupergraphFile(file, 'one', { onChange, onError }, 20)
  try {
    await vi.waitFor(() => expect(onChange).toHaveBeenCalledExactlyOnceWith('two'), { timeout: 3_000 })
    rmSync(file)
    await vi.waitFor(() => expect(onError).toHaveBeenCalledOnce(), { timeout: 3_000 })
    writeFileSync(file, 'three')
    await vi.waitFor(() => expect(onChange).toHaveBeenLastCalledWith('three'), { timeout: 3_000 })
    expect(onError).toHaveBeenCalledOnce()
  } finally {
    stop()
  }
})
