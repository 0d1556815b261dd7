import { readdirSync, readFileSync } from 'node:fs'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'

const deploy = new URL('../../deploy/', import.meta.url)

const reference = z.object({ name: z.string(), key: z.string(), optional: z.boolean().optional() })
const variable = z.object({
  name: z.string(),
  value: z.string().optional(),
  valueFrom: z.object({ configMapKeyRef: reference.optional(), secretKeyRef: reference.optional() }).optional(),
})
const container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(variable),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })).default([]),
  resources: z.unknown(),
  securityContext: z.unknown(),
})
const pod = z.looseObject({ containers: z.array(container), securityContext: z.unknown() })
const labels = z.record(z.string(), z.string())

/** The parts of a manifest that the tests look at. */
const manifest = z.looseObject({
  apiVersion: z.string(),
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  data: labels.optional(),
  spec: z
    .looseObject({
      template: z.object({ metadata: z.object({ labels }), spec: pod }).optional(),
      ingress: z.array(z.looseObject({ from: z.array(z.looseObject({})).optional() })).optional(),
    })
    .optional(),
})
export type Manifest = z.output<typeof manifest>
export type Container = z.output<typeof container>

/** Every manifest of a folder of deploy/, as its kustomization lists them. */
export const readManifests = (folder: string): readonly Manifest[] => {
  const file = (name: string): string => readFileSync(new URL(`${folder}/${name}`, deploy), 'utf8')
  const { resources } = z.object({ resources: z.array(z.string()) }).parse(parse(file('kustomization.yaml')))
  const present = readdirSync(new URL(`${folder}/`, deploy)).filter((name) => name !== 'kustomization.yaml')
  if (present.sort().join() !== [...resources].sort().join())
    throw new Error(`deploy/${folder}: the kustomization lists ${resources}, there are ${present}`)
  return resources.flatMap((name) =>
    parseAllDocuments(file(name)).map((document) => manifest.parse(document.toJS() as unknown)),
  )
}

/** A container's environment once ConfigMaps and Secrets are filled in; what is optional and absent, or empty, is not there. */
export const environmentOf = (
  { name, env }: Container,
  sources: ReadonlyMap<string, Readonly<Record<string, string>>>,
): Record<string, string> => {
  const entries = env.map((each) => {
    const from = each.valueFrom?.configMapKeyRef ?? each.valueFrom?.secretKeyRef
    if (!from) return [each.name, each.value ?? ''] as const
    const found = sources.get(from.name)?.[from.key]
    if (found === undefined && from.optional) return [each.name, ''] as const
    if (found === undefined) throw new Error(`${name} refers to ${from.name}.${from.key}, which nothing makes`)
    return [each.name, found] as const
  })
  return Object.fromEntries(entries.filter(([, value]) => value !== ''))
}
