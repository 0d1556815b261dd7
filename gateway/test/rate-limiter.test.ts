import { hasRedis, startRedis } from '@gigraph/shared/testing'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { createSharedRateLimiter, type SharedRateLimiterOptions } from '../src/protect/shared-rate-limiter.ts'
import { eventually, startGateway } from './start-gateway.ts'

const postgres = async (): Promise<string> => {
  const admin = new pg.Client({ connectionString: inject('postgresUrl') })
  await admin.connect()
  const name = `rate_limits_${crypto.randomUUID().replaceAll('-', '')}`
  await admin.query(`create database ${name}`)
  onTestFinished(async () => {
    await admin.query(`drop database ${name} with (force)`)
    await admin.end()
  })
  const url = new URL(inject('postgresUrl'))
  url.pathname = `/${name}`
  return url.href
}

const redis = async (): Promise<string> => {
  const { url, stop } = await startRedis()
  onTestFinished(stop)
  return url
}

const limiter = async (options: SharedRateLimiterOptions) => {
  const made = await createSharedRateLimiter(options)
  onTestFinished(() => made.close())
  return made
}

const operation = { caller: 'viewer:1', address: '10.0.0.1', cost: 1, rootFields: ['hello'], type: 'query' } as const

describe.each([
  ['PostgreSQL', postgres, true],
  ['Redis', redis, hasRedis()],
])('budgets in %s', (_name, store, isAvailable) => {
  it.runIf(isAvailable)('are one for all processes, and one for each caller', async () => {
    const url = await store()
    const budget = { points: 10, windowSeconds: 60 }
    const processes = [await limiter({ url, budget }), await limiter({ url, budget })]
    const states = await Promise.all(Array.from({ length: 30 }, (_, index) => processes[index % 2]!.consume(operation)))
    expect(states.filter(({ allowed }) => allowed)).toHaveLength(10)
    const refused = states.find(({ allowed }) => !allowed)
    expect(refused).toMatchObject({ limit: 10, remaining: 0 })
    expect(refused?.resetSeconds).toBeGreaterThan(50)
    expect(await processes[0]!.consume({ ...operation, caller: 'viewer:2', cost: 4 })).toMatchObject({
      allowed: true,
      remaining: 6,
    })
  })

  it.runIf(isAvailable)('are stricter for fields that guess secrets, by address whoever calls', async () => {
    const gateway = await startGateway({
      rateLimiter: await limiter({
        url: await store(),
        budget: { points: 1_000, windowSeconds: 60 },
        sensitive: { login: { points: 3, windowSeconds: 60 } },
      }),
    })
    const guess = (aliases: string) => gateway.post({ query: `mutation { ${aliases} }` })
    expect((await guess('a: login b: login')).status).toBe(200)
    expect((await guess('a: login b: login')).status).toBe(429)
    expect((await gateway.post({ query: '{ hello }' })).status).toBe(200)
  })
})

describe('a store out of reach', () => {
  it('does not stop the graph', async () => {
    const url = await postgres()
    const gateway = await startGateway({
      rateLimiter: await limiter({ url, budget: { points: 1_000, windowSeconds: 60 } }),
    })
    const admin = new pg.Client({ connectionString: inject('postgresUrl') })
    await admin.connect()
    await admin.query(`drop database ${new URL(url).pathname.slice(1)} with (force)`)
    await admin.query(`create database ${new URL(url).pathname.slice(1)}`)
    await admin.end()
    await eventually(async () => expect(await gateway.query('{ hello }')).toEqual({ data: { hello: 'Hello, world!' } }))
  })
})
