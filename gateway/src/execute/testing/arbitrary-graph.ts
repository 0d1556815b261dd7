import type { Choices } from './choices.ts'
import {
  type EntityModel,
  type FieldModel,
  type GraphModel,
  membersOf,
  type Requirement,
  type RingModel,
  type RootModel,
  SCALARS,
  type SharedInterface,
  type TypeModel,
} from './graph-model.ts'

const KEYS = ['id', 'sku', 'id org { code }'] as const

/** Invents a graph of two to four services whose composition succeeds by construction. */
export function arbitraryGraph(choices: Choices): GraphModel {
  const services = ['a', 'b', 'c', 'd'].slice(0, choices.int(2, 4))
  const shared = services.length > 2 && choices.chance(50) ? arbitraryInterface(choices, services) : undefined
  const entities = ['Ant', 'Bee', 'Cat', 'Dog']
    .slice(0, choices.int(2, 4))
    .map((name) => arbitraryEntity(choices, name, services, shared))
  const known = (service: string) => entities.filter(({ keys }) => keys.has(service)).map(({ name }) => name)
  const labelled = (service: string) =>
    entities.filter(({ fields }) => fields.some((field) => field.name === 'label' && field.services.includes(service)))
  const model: GraphModel = {
    services,
    entities,
    shared,
    ring: choices.chance(30) ? arbitraryRing(choices, services) : undefined,
    unions: new Map(services.map((service) => [service, [...choices.some([...known(service), 'Owl']), 'Box']])),
    named: new Map(services.map((service) => [service, choices.some(labelled(service).map(({ name }) => name))])),
    queries: [],
    mutations: [],
    subscriptions: [],
  }
  for (const entity of entities) addLinks(choices, model, entity)
  for (const entity of entities) addRequirements(choices, model, entity)
  const queries = services.flatMap((service) => arbitraryRoots(choices, model, service))
  const mutations = services.flatMap((service) =>
    choices.chance(60)
      ? [{ ...arbitraryRoot(choices, model, service, `change_${service}`), takesArguments: true }]
      : [],
  )
  return { ...model, queries, mutations, subscriptions: choices.some(queries) }
}

function arbitraryInterface(choices: Choices, services: readonly string[]): SharedInterface {
  const owner = choices.pick(services)
  const objectIn = choices.pick(services.filter((service) => service !== owner))
  return { owner, objectIn, members: ['Ant', 'Bee'] }
}

function arbitraryRing(choices: Choices, services: readonly string[]): RingModel {
  const owner = choices.pick(services)
  return { owner, other: choices.pick(services.filter((service) => service !== owner)) }
}

function arbitraryEntity(
  choices: Choices,
  name: string,
  services: readonly string[],
  shared: SharedInterface | undefined,
): EntityModel {
  const isMember = shared?.members.includes(name) === true
  const possible = services.filter((service) => !isMember || service !== shared?.objectIn)
  const home = isMember && shared ? shared.owner : choices.pick(possible)
  const others = possible.filter((service) => service !== home && choices.chance(75))
  const keys = new Map<string, readonly string[]>([[home, [...KEYS]]])
  for (const other of others) keys.set(other, choices.some(KEYS, 1))
  const fields: FieldModel[] = [
    { name: 'label', type: scalar('String'), services: [home, ...choices.some(others)], takesArguments: false },
    { name: 'size', type: scalar('Int'), services: [home], takesArguments: false },
    { name: 'priced', type: scalar('Int'), services: [choices.pick([...keys.keys()])], takesArguments: true },
    { name: 'box', type: scalar('Box'), services: [choices.pick([...keys.keys()])], takesArguments: false },
    { ...SECRET, services: [choices.pick([...keys.keys()])] },
  ]
  for (let i = 0; i < choices.int(1, 4); i++) fields.push(arbitraryField(choices, `f${i}`, [...keys.keys()]))
  return { name, home, keys, fields }
}

const SECRET = { name: 'secret', type: scalar('Int'), takesArguments: false, inaccessible: true } as const

function scalar(base: string): TypeModel {
  return { base, lists: 0, nonNull: false, innerNonNull: false }
}

function arbitraryType(choices: Choices, base: string): TypeModel {
  return {
    base,
    lists: choices.pick([0, 0, 0, 1, 1, 2]),
    nonNull: choices.chance(30),
    innerNonNull: choices.chance(30),
  }
}

function arbitraryField(choices: Choices, name: string, services: readonly string[]): FieldModel {
  const owner = choices.pick(services)
  const others = services.filter((service) => service !== owner)
  const type = arbitraryType(choices, choices.pick([...SCALARS, 'Box']))
  const field = { name, type, takesArguments: choices.chance(25) }
  if (others.length > 0 && choices.chance(20)) return { ...field, services: [owner], overrides: choices.pick(others) }
  return { ...field, services: [owner, ...others.filter(() => choices.chance(20))] }
}

/** Composite types that a service can lead to. */
function targetsIn(model: GraphModel, service: string): string[] {
  const entities = model.entities.filter(({ keys }) => keys.has(service)).map(({ name }) => name)
  const abstract = ['Any', 'Named'].filter((type) => membersOf(model, type, service).length > 0)
  const knowsNode = model.shared && [model.shared.owner, model.shared.objectIn].includes(service)
  return [...entities, ...abstract, ...(knowsNode ? ['Node'] : [])]
}

function addLinks(choices: Choices, model: GraphModel, entity: EntityModel): void {
  for (let i = 0; i < choices.int(0, 3); i++) {
    const owner = choices.pick([...entity.keys.keys()])
    const base = choices.pick(targetsIn(model, owner))
    entity.fields.push({
      name: `to${i}`,
      type: arbitraryType(choices, base),
      services: [owner],
      takesArguments: choices.chance(20),
      ...arbitraryProvision(choices, model, base, owner),
    })
  }
}

/** `@provides(fields: "label")` where another service owns the label. */
function arbitraryProvision(choices: Choices, model: GraphModel, base: string, service: string) {
  const target = model.entities.find(({ name }) => name === base)
  const label = target?.fields.find(({ name }) => name === 'label')
  if (!target || label?.services.includes(service) !== false || !choices.chance(40)) return {}
  return { provides: 'label' }
}

function addRequirements(choices: Choices, model: GraphModel, entity: EntityModel): void {
  const required: Requirement[] = [
    { field: 'size' },
    { field: 'priced', args: { n: choices.int(1, 2) } },
    { field: 'box', below: [{ field: 'width' }] },
    { field: 'label' },
    { field: 'secret' },
  ]
  for (const link of entity.fields.filter(({ name, takesArguments }) => name.startsWith('to') && !takesArguments)) {
    if (model.entities.some(({ name }) => name === link.type.base)) {
      required.push({ field: link.name, below: [{ field: 'id' }] })
    }
  }
  for (let i = 0; i < choices.int(0, 3); i++) {
    const service = choices.pick([...entity.keys.keys()])
    const foreign = required.filter(({ field }) => {
      const model = entity.fields.find(({ name }) => name === field)
      return model && !model.services.includes(service) && model.overrides !== service
    })
    if (foreign.length === 0) continue
    const name = `made${i}`
    const requires = choices.some(foreign, 1).filter((each) => knows(model, entity, each, service))
    if (requires.length === 0) continue
    entity.fields.push({ name, type: scalar('String'), services: [service], takesArguments: false, requires })
    required.push({ field: name })
  }
}

/** Whether a service can declare a field of another service as `@external`: it needs the field's type with its id. */
function knows(model: GraphModel, entity: EntityModel, { field }: Requirement, service: string): boolean {
  const base = entity.fields.find(({ name }) => name === field)?.type.base ?? ''
  const target = model.entities.find(({ name }) => name === base)
  return target === undefined || target.keys.get(service)?.some((key) => key.startsWith('id')) === true
}

function arbitraryRoots(choices: Choices, model: GraphModel, service: string): RootModel[] {
  const names = ['x', 'y', 'z'].slice(0, choices.int(1, 3)).map((name) => `${name}_${service}`)
  return names.map((name) => arbitraryRoot(choices, model, service, name))
}

function arbitraryRoot(choices: Choices, model: GraphModel, service: string, name: string): RootModel {
  const targets = targetsIn(model, service)
  const base =
    targets.length === 0 || choices.chance(10) ? choices.pick(['Int', 'Color', 'Box']) : choices.pick(targets)
  return {
    name,
    type: arbitraryType(choices, base),
    services: [service],
    takesArguments: choices.chance(30),
    ...arbitraryProvision(choices, model, base, service),
  }
}
