import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, onTestFinished } from 'vitest'
import { sha256 } from '../src/protect/trusted-documents.ts'
import { next, SUPERGRAPH } from './start-gateway.ts'

const COMMAND = fileURLToPath(new URL('../bin/gigraph-gateway.mjs', import.meta.url))

const run = (args: readonly string[], env: Record<string, string> = {}) => {
  const child = spawn(process.execPath, [COMMAND, ...args], {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE, ...env },
  })
  onTestFinished(() => {
    child.kill('SIGKILL')
  })
  return child
}

const temporaryFile = async (name: string, content: string): Promise<string> => {
  const directory = await mkdtemp(join(tmpdir(), 'gateway-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  writeFileSync(join(directory, name), content)
  return join(directory, name)
}

/** A service that answers every operation alike, and remembers nothing. */
const serveAnswer = async (data: object): Promise<string> => {
  const server = createServer((request, response) => {
    request.resume().once('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ data }))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

/** Where a gateway that was started serves, and what it answers there. */
const firstAnswer = async (child: ReturnType<typeof run>): Promise<{ url: string; answer: unknown }> => {
  const [line] = await next(child.stdout, 'data')
  const url = /GraphQL at (\S+)/.exec(String(line))?.[1] ?? ''
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: '{ counted }' }),
  })
  return { url, answer: await response.json() }
}

describe('gigraph-gateway', () => {
  it('serves a supergraph file and stops on SIGTERM', { timeout: 90_000 }, async () => {
    const file = await temporaryFile('supergraph.graphql', SUPERGRAPH)
    const document = '{ counted }'
    const documents = await temporaryFile('documents.json', JSON.stringify({ [sha256(document)]: document }))
    const config = await temporaryFile(
      'config.json',
      JSON.stringify({
        SERVICE_URLS: { things: await serveAnswer({ counted: 5 }) },
        TRUSTED_DOCUMENTS: documents,
        LIMITS: { maxDepth: 3 },
        INTROSPECTION: 'off',
      }),
    )
    const child = run(['--supergraph', file, '--port', '0', '--config', config])
    const { url, answer } = await firstAnswer(child)
    expect(answer).toEqual({ data: { counted: 5 } })
    const refused = await fetch(`${url}?query={hello}`)
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { errors: [{ extensions: { code: 'PERSISTED_QUERY_NOT_IN_LIST' } }] },
    ])
    child.kill('SIGTERM')
    expect(await next(child, 'exit')).toEqual([0, null])
  })

  it('reports every fault of its configuration at once', { timeout: 90_000 }, async () => {
    const child = run(['--port', 'x'], {
      JWKS_URL: 'nowhere',
      SERVICE_URLS: '{',
      RATE_LIMIT_FIELDS: '[]',
      LIMITS: '{"maxDeep":3}',
      MANAGEMENT_PORT: '70000',
    })
    const [message, [code]] = await Promise.all([text(child.stderr), next(child, 'exit')])
    expect(code).toBe(1)
    expect(
      message
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.trim().split(':')[0]),
    ).toEqual(['SUPERGRAPH', 'PORT', 'LIMITS', 'MANAGEMENT_PORT', 'SERVICE_URLS', 'RATE_LIMIT_FIELDS', 'JWKS_URL'])
  })

  it('says in one line that a supergraph cannot be used', { timeout: 90_000 }, async () => {
    const child = run(['--supergraph', await temporaryFile('broken.graphql', 'type Query { a: Int }')])
    const [message, [code]] = await Promise.all([text(child.stderr), next(child, 'exit')])
    expect(code).toBe(1)
    expect(message.trim().split('\n')).toHaveLength(1)
    expect(message).toContain('broken.graphql')
  })

  it('says in one line that a file is missing or a port is taken', { timeout: 90_000 }, async () => {
    const file = await temporaryFile('supergraph.graphql', SUPERGRAPH)
    const taken = new URL(await serveAnswer({})).port
    const attempts = [
      run(['--supergraph', `${file}.absent`]),
      run(['--supergraph', file, '--port', taken]),
      run(['--supergraph', file, '--config', `${file}.absent`]),
    ]
    const told = await Promise.all(
      attempts.map(async (child) => {
        const [message, [code]] = await Promise.all([text(child.stderr), next(child, 'exit')])
        return `${code} ${message.trim()}`
      }),
    )
    expect(told).toEqual([
      expect.stringMatching(/^1 .*absent: ENOENT.*$/),
      expect.stringMatching(new RegExp(`^1 .*already in use.*${taken}$`)),
      expect.stringMatching(/^1 .*absent cannot be used: ENOENT.*$/),
    ])
  })

  it('is checked without being served: the supergraph, and trusted documents against it', {
    timeout: 90_000,
  }, async () => {
    const file = await temporaryFile('supergraph.graphql', SUPERGRAPH)
    const good = [{ id: sha256('{ counted }'), body: '{ counted }' }]
    const bad = [...good, { id: sha256('{ gone }'), body: '{ gone }' }]
    const manifest = (operations: object[]) =>
      temporaryFile(
        'manifest.json',
        JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }),
      )
    const check = async (documents: string) => {
      const child = run(['--supergraph', file, '--check'], { TRUSTED_DOCUMENTS: documents })
      const [out, error, [code]] = await Promise.all([text(child.stdout), text(child.stderr), next(child, 'exit')])
      return `${code} ${out}${error}`
    }
    expect(await Promise.all([manifest(good), manifest(bad)].map(async (each) => check(await each)))).toEqual([
      '0 In order: 1 services (things), 1 trusted documents.\n',
      expect.stringMatching(/^1 1 fault\(s\).*\n.*Cannot query field "gone"/),
    ])
  })

  it('says how it is used', { timeout: 90_000 }, async () => {
    const child = run(['--help'])
    const [message, [code]] = await Promise.all([text(child.stdout), next(child, 'exit')])
    expect(code).toBe(0)
    expect(message).toContain('--supergraph FILE')
    expect(message).toContain('TRUSTED_DOCUMENTS')
  })

  it('starts although no service can be reached', { timeout: 90_000 }, async () => {
    const file = await temporaryFile('supergraph.graphql', SUPERGRAPH)
    const config = await temporaryFile(
      'config.json',
      JSON.stringify({ SERVICE_URLS: { things: 'http://127.0.0.1:1/' } }),
    )
    const child = run(['--supergraph', file, '--port', '0', '--config', config])
    const { url, answer } = await firstAnswer(child)
    expect(answer).toMatchObject({ errors: [expect.anything()] })
    expect((await fetch(new URL('/health/live', url))).ok).toBe(true)
  })
})
