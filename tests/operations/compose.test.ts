import { existsSync, readFileSync } from 'node:fs'
import { databasesShape, makeEnvironmentFile } from '@gigraph/dev/ops'
import { serviceNames, services } from '@gigraph/dev/stack'
import { gatewayShape } from '@gigraph/gateway/config'
import { loadSupergraph } from '@gigraph/gateway/supergraph'
import { shapeOf } from '@gigraph/shared/service'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { fillIn, listVariables, readComposeFile } from './compose-file.ts'
import { faultsOf } from './compose-schema.ts'

/** What a person copies from Stripe's dashboard. */
const STRIPE = 'STRIPE_SECRET_KEY=sk_test_123456789\nSTRIPE_WEBHOOK_SECRET=whsec_123456789\n'

const file = readComposeFile()
const dotenv = (await makeEnvironmentFile()).replaceAll(/^STRIPE_.*=$\n/gm, '') + STRIPE
const compose = fillIn(file, dotenv)
const programs = [...serviceNames, 'gateway', 'databases'] as const

const serviceOf = (name: string) => {
  const service = compose.services[name]
  if (!service) throw new Error(`docker-compose.yml has no service ${name}`)
  return service
}

/** What the program would find in its environment: an empty value counts as absent. */
const environmentOf = (name: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(serviceOf(name).environment).filter((entry): entry is [string, string] => Boolean(entry[1])),
  )

const shapes: Record<string, z.ZodRawShape> = {
  ...Object.fromEntries(serviceNames.map((name) => [name, shapeOf(services[name] as never)])),
  gateway: gatewayShape,
  databases: databasesShape,
}

/** Host and port of every URL in a program's environment that leads to another container. */
const targetsOf = (name: string): string[] =>
  Object.values(environmentOf(name))
    .flatMap((value) => value.match(/\w+:\/\/[^"\s]+/g) ?? [])
    .map((value) => new URL(value))
    .filter(({ hostname }) => hostname in compose.services)
    .map(({ hostname, port }) => `${hostname}:${port}`)

const portOf = (name: string): string =>
  ({ postgres: '5432', redis: '6379', mailpit: '1025' })[name] ?? environmentOf(name).PORT ?? 'none'

describe('docker-compose.yml', () => {
  it('follows the Compose specification', () => {
    expect(faultsOf(file)).toEqual([])
    expect(faultsOf({ services: { gateway: { imagee: 'x' } } })).not.toEqual([])
  })

  it('holds every service, the gateway and what they stand on', () => {
    expect(Object.keys(compose.services).sort()).toEqual([...programs, 'mailpit', 'postgres', 'redis'].sort())
  })

  it('demands what npm run secrets:make writes, and what Stripe gives, and says so', () => {
    const demanded = [...listVariables(file)].filter(([, message]) => message !== null)
    const written = dotenv.match(/^\w+(?==)/gm) ?? []
    expect(demanded.map(([name]) => name).sort()).toEqual([...written].sort())
    for (const [name] of demanded) {
      const without = dotenv.replace(new RegExp(`^${name}=.*$`, 'm'), '')
      expect(() => fillIn(file, without)).toThrow(/npm run secrets:make|Stripe dashboard/)
    }
  })

  it.each(programs)('gives %s every variable that it needs, well-formed, and none that it does not know', (name) => {
    const parsed = z.strictObject(shapes[name] ?? {}).safeParse(environmentOf(name))
    expect(parsed.error?.issues ?? []).toEqual([])
  })

  it.each(programs)('runs a file that exists as %s', (name) => {
    const [program, script = ''] = serviceOf(name).command ?? []
    expect(program).toBe('node')
    expect(existsSync(new URL(`../../${script}`, import.meta.url))).toBe(true)
    if (name !== 'databases') expect(script).toBe(`${name === 'gateway' ? '' : 'subgraphs/'}${name}/src/main.ts`)
  })

  it('leads every URL to a container of a network in common, at the port where that one listens', () => {
    for (const name of programs)
      for (const target of targetsOf(name)) {
        const [host = '', port] = target.split(':')
        expect(`${name} → ${host}:${port}`).toBe(`${name} → ${host}:${portOf(host)}`)
        expect(serviceOf(name).networks.filter((network) => serviceOf(host).networks.includes(network))).not.toEqual([])
      }
    expect(targetsOf('gateway')).toEqual(expect.arrayContaining(serviceNames.map((name) => `${name}:${portOf(name)}`)))
  })

  it('gives services a database of their own and lets only the owner alter it', () => {
    const urls = serviceNames.flatMap((name) => {
      const { DATABASE_URL = '', MIGRATION_DATABASE_URL = '' } = environmentOf(name)
      const [own, owners] = [new URL(DATABASE_URL), new URL(MIGRATION_DATABASE_URL)]
      expect([own.username, own.pathname]).toEqual([`gigraph_${name}`, `/gigraph_${name}`])
      expect([owners.username, owners.pathname]).toEqual([`gigraph_${name}_owner`, `/gigraph_${name}`])
      return [DATABASE_URL, MIGRATION_DATABASE_URL]
    })
    expect(new Set(urls).size).toBe(2 * serviceNames.length)
  })

  it('keeps the key that signs callers with the gateway', () => {
    const signingKey = environmentOf('gateway').ASSERTION_KEY ?? ''
    expect(JSON.parse(signingKey)).toHaveProperty('d')
    for (const name of serviceNames) {
      expect(JSON.parse(environmentOf(name).VIEWER_ASSERTION_PUBLIC_KEY ?? '')).not.toHaveProperty('d')
      expect(Object.values(environmentOf(name))).not.toContain(signingKey)
    }
  })

  it('lets the gateway verify what identity issues', () => {
    const identity = environmentOf('identity')
    expect(environmentOf('gateway')).toMatchObject({
      JWKS_URL: `http://identity:${identity.PORT}/.well-known/jwks.json`,
      AUTHORITY_URL: `http://identity:${identity.PORT}`,
      SERVICE_SECRET: identity.SERVICE_SECRET,
      TOKEN_ISSUER: identity.JWT_ISSUER,
      TOKEN_AUDIENCE: identity.JWT_AUDIENCE,
    })
  })

  it('limits root fields that the graph has, on a store that all gateways share', () => {
    const { RATE_LIMIT_FIELDS = '', RATE_LIMIT_URL } = environmentOf('gateway')
    const supergraph = readFileSync(new URL('../../gateway/supergraph.graphql', import.meta.url), 'utf8')
    const fields = Object.keys(loadSupergraph(supergraph).apiSchema.getMutationType()?.getFields() ?? {})
    expect(fields).toEqual(expect.arrayContaining(Object.keys(JSON.parse(RATE_LIMIT_FIELDS))))
    expect(RATE_LIMIT_URL).toBe(environmentOf('identity').REDIS_URL)
  })

  it('starts everything in an order that works', () => {
    expect(serviceOf('databases').depends_on).toEqual({ postgres: { condition: 'service_healthy' } })
    for (const name of serviceNames)
      expect(serviceOf(name).depends_on).toEqual({
        databases: { condition: 'service_completed_successfully' },
        redis: { condition: 'service_healthy' },
      })
    const healthy = Object.fromEntries(serviceNames.map((name) => [name, { condition: 'service_healthy' }]))
    expect(serviceOf('gateway').depends_on).toEqual({ ...healthy, redis: { condition: 'service_healthy' } })
  })

  it.each(Object.keys(compose.services).filter((name) => name !== 'databases'))(
    'watches %s, brings it back, and lets it end in order',
    (name) => {
      const { healthcheck, restart, stop_grace_period } = serviceOf(name)
      expect(restart).toBe('unless-stopped')
      expect(stop_grace_period).toMatch(/^\d+s$/)
      const own = (programs as readonly string[]).includes(name)
      const test = own ? ['CMD', 'node', 'dev/src/ops/health-command.ts'] : expect.arrayContaining(['CMD'])
      expect(healthcheck).toMatchObject({ test })
    },
  )

  it('makes the databases once per start', () => {
    expect(serviceOf('databases')).toMatchObject({ restart: 'no', healthcheck: { disable: true } })
  })

  it('keeps PostgreSQL and Redis from the outside, and everything else on loopback unless told otherwise', () => {
    for (const [name, { ports }] of Object.entries(compose.services))
      for (const port of ports) expect(`${name} ${port}`).toMatch(/ 127\.0\.0\.1:\d+:\d+$/)
    for (const name of ['postgres', 'redis']) {
      expect(serviceOf(name).ports).toEqual([])
      expect(serviceOf(name).networks.map((network) => compose.networks[network]?.internal)).toEqual([true])
    }
    expect(serviceOf('redis').command).toEqual(expect.arrayContaining(['noeviction', '--appendonly', 'yes']))
  })
})
