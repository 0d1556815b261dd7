import { existsSync } from 'node:fs'
import { databasesShape, makeKubernetesSecrets } from '@gigraph/dev/ops'
import { type ServiceName, serviceNames, services } from '@gigraph/dev/stack'
import { gatewayShape } from '@gigraph/gateway/config'
import { migrationShape, shapeOf } from '@gigraph/shared/service'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { faultsOf } from './kubernetes-schema.ts'
import { environmentOf, type Manifest, readManifests } from './manifests.ts'

const base = readManifests('base')
const jobs = [...readManifests('databases'), ...readManifests('migrations')]
const secrets = await makeKubernetesSecrets()
const sources = new Map(Object.entries(secrets))
for (const { kind, metadata, data = {} } of base) if (kind === 'ConfigMap') sources.set(metadata.name, data)

const named = (kind: string, name: string): Manifest => {
  const found = [...base, ...jobs].find((each) => each.kind === kind && each.metadata.name === name)
  if (!found) throw new Error(`deploy/ has no ${kind} ${name}`)
  return found
}
const podOf = (manifest: Manifest) => {
  const pod = manifest.spec?.template?.spec
  if (!pod) throw new Error(`${manifest.kind} ${manifest.metadata.name} has no pod`)
  return pod
}
const containerOf = (deployment: string) => {
  const [container] = podOf(named('Deployment', deployment)).containers
  if (!container) throw new Error(`${deployment} has no container`)
  return container
}
const deployments = base.filter(({ kind }) => kind === 'Deployment')
const pods = [...deployments, ...jobs].map((manifest) => [manifest.metadata.name, podOf(manifest)] as const)
const callsOf = (name: ServiceName): readonly string[] => services[name].calls ?? []
const workersOf = (name: ServiceName): string => `${name}-workers`
/** The programs whose pods a rule of a NetworkPolicy lets in. */
const letIn = (name: string): unknown[] =>
  (named('NetworkPolicy', name).spec?.ingress ?? []).flatMap(({ from = [] }) =>
    from.map((each) => {
      const { podSelector } = each as { podSelector?: { matchLabels: Record<string, string> } }
      return podSelector?.matchLabels['app.kubernetes.io/name'] ?? 'outside'
    }),
  )

describe('deploy/', () => {
  it.each([...base, ...jobs].map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))(
    '%s follows Kubernetes’ schema and misspells nothing',
    async (_, manifest) => expect(await faultsOf(manifest)).toEqual([]),
  )

  it('is checked by schemas that see a wrong type and a misspelt field', async () => {
    const [deployment] = structuredClone(deployments)
    const changed = { ...deployment, spec: { ...deployment?.spec, replicaz: 1 } } as unknown as Manifest
    expect(await faultsOf(changed)).toEqual(['Deployment/spec/replicaz is unknown'])
    expect(await faultsOf({ ...changed, spec: { ...changed.spec, replicas: 'two' } } as Manifest)).not.toEqual([])
  })

  it('has the gateway once, and every service as server and as workers', () => {
    const wanted = ['gateway', ...serviceNames.flatMap((name) => [name, workersOf(name)])]
    expect(deployments.map(({ metadata }) => metadata.name).sort()).toEqual([...wanted].sort())
    expect(base.filter(({ kind }) => kind === 'PodDisruptionBudget').map(({ metadata }) => metadata.name)).toHaveLength(
      wanted.length,
    )
  })

  it.each([
    ...serviceNames.flatMap((name) => [
      [name, name, 'off', shapeOf(services[name] as never)] as const,
      [workersOf(name), name, 'only', shapeOf(services[name] as never)] as const,
    ]),
    ['gateway', 'gateway', undefined, gatewayShape] as const,
  ])(
    'gives %s every variable that it needs, well-formed, and none that it does not know',
    (deployment, name, workers, shape) => {
      const container = containerOf(deployment)
      const environment = environmentOf(container, sources)
      expect(z.strictObject(shape as z.ZodRawShape).safeParse(environment).error?.issues ?? []).toEqual([])
      expect(environment.WORKERS).toBe(workers)
      // Who serves cannot alter tables: it does not even know who can.
      expect(environment).not.toHaveProperty('MIGRATION_DATABASE_URL')
      if (name !== 'gateway') expect(environment.MIGRATIONS).toBe('off')
      const script = `${name === 'gateway' ? '' : 'subgraphs/'}${name}/src/main.ts`
      expect(container.command).toEqual(['node', script])
      expect(container.ports).toEqual([{ name: 'http', containerPort: Number(environment.PORT) }])
    },
  )

  it('migrates every service, as the owner of its tables, with no other secret', () => {
    const { containers } = podOf(named('Job', 'migrations'))
    expect(containers.map(({ name }) => name)).toEqual(serviceNames)
    for (const container of containers) {
      const environment = environmentOf(container, sources)
      expect(z.strictObject(migrationShape).safeParse(environment).error?.issues ?? []).toEqual([])
      expect(new URL(environment.MIGRATION_DATABASE_URL ?? '').username).toBe(`gigraph_${container.name}_owner`)
      expect(existsSync(new URL(`../../${container.command[1]}`, import.meta.url))).toBe(true)
    }
  })

  it('makes the databases with the passwords that the services’ Secrets have, one for each role', () => {
    const [container] = podOf(named('Job', 'databases')).containers
    const environment = container ? environmentOf(container, sources) : {}
    const { ROLE_PASSWORDS = {} } = z.strictObject(databasesShape).parse(environment)
    const urls = Object.values(secrets).flatMap((secret) =>
      [secret.DATABASE_URL, secret.MIGRATION_DATABASE_URL].flatMap((url) => (url ? new URL(url) : [])),
    )
    const used = urls.filter(({ username }) => username !== 'postgres')
    expect(Object.fromEntries(used.map(({ username, password }) => [username, password]))).toEqual(ROLE_PASSWORDS)
    expect(new Set(used.map(({ password }) => password)).size).toBe(2 * serviceNames.length)
  })

  it('refers to every Secret that npm run secrets:make writes', () => {
    const referred = pods.flatMap(([, { containers }]) =>
      containers.flatMap(({ env }) => env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef ?? [])),
    )
    const made = Object.entries(secrets).flatMap(([name, secret]) => Object.keys(secret).map((key) => `${name}.${key}`))
    expect(referred.map(({ name, key }) => `${name}.${key}`)).toEqual(expect.arrayContaining(made))
  })

  it.each(pods)('%s runs as nobody in particular, on a file system that it cannot write, within bounds', (_, pod) => {
    expect(pod).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } })
    for (const container of pod.containers) {
      expect(container.image).toBe('gigraph')
      expect(container).toMatchObject({
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        },
        resources: { requests: { memory: expect.any(String) }, limits: { memory: expect.any(String) } },
      })
    }
  })

  it.each(deployments.map(({ metadata }) => metadata.name))('%s is probed, and has time to end in order', (name) => {
    const pod = podOf(named('Deployment', name))
    expect(pod.terminationGracePeriodSeconds).toBeGreaterThan(35)
    expect(pod.containers[0]).toMatchObject({
      startupProbe: { httpGet: { path: '/health/ready' } },
      readinessProbe: { httpGet: { path: '/health/ready' } },
      livenessProbe: { httpGet: { path: '/health/live' } },
    })
  })

  it('leads every address to the Service and port where that program listens', () => {
    for (const name of [...serviceNames, 'gateway']) {
      const environment = environmentOf(containerOf(name), sources)
      const own = Object.entries(environment).filter(([key]) => key !== 'PUBLIC_URL')
      const targets = own.flatMap(([, value]) => value.match(/http:\/\/\w+:\d+/g) ?? []).map((url) => new URL(url))
      for (const { hostname, port } of targets) {
        expect(named('Service', hostname).spec).toMatchObject({ ports: [{ port: Number(port), targetPort: 'http' }] })
        expect(String(containerOf(hostname).ports[0]?.containerPort)).toBe(port)
      }
    }
  })

  it('lets the gateway and those who call a service reach it, and outside only what browsers need', () => {
    const outside = ['identity', 'profiles', 'payments', 'messaging']
    for (const name of serviceNames) {
      const callers = serviceNames.filter((other) => callsOf(other).includes(name))
      expect(letIn(name)).toEqual(['gateway', ...callers, ...(outside.includes(name) ? ['outside'] : [])])
    }
    expect(letIn('gateway')).toEqual(['outside'])
    expect(named('NetworkPolicy', 'nothing-unless-named').spec).toMatchObject({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    })
  })
})
