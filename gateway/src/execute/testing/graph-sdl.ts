import { type EntityModel, type GraphModel, type Requirement, type RootModel, typeText } from './graph-model.ts'

const ARGUMENTS = '(n: Int, by: Filter)'

/** The SDL of every service of a graph, by name. */
export function sdlOf(model: GraphModel): Record<string, string> {
  return Object.fromEntries(model.services.map((service) => [service, serviceSdl(model, service)]))
}

function serviceSdl(model: GraphModel, service: string): string {
  const named = model.named.get(service) ?? []
  const parts = [
    rootSdl('Query', model.queries, service),
    rootSdl('Mutation', model.mutations, service),
    rootSdl('Subscription', model.subscriptions, service),
    // Every service has an input field and an enum value that the others lack: clients see what all inputs share, and
    // every value of an enum that is only answered.
    `input Filter { n: Int inner: Filter list: [Int] only_${service}: String } enum Color { RED GREEN BLUE ONLY_${service} SECRET @inaccessible }`,
    'type Box @shareable { width: Int height: Float label: String }',
    `union Any = ${(model.unions.get(service) ?? []).join(' | ')}`,
    model.unions.get(service)?.includes('Owl') ? 'type Owl @inaccessible @shareable { label: String }' : '',
    named.length > 0 ? 'interface Named { label: String }' : '',
    ...model.entities.filter(({ keys }) => keys.has(service)).map((entity) => entitySdl(model, entity, service)),
    model.entities.some(({ keys }) => keys.get(service)?.some((key) => key.includes('org')))
      ? 'type Org @shareable { code: String! zone: String }'
      : '',
    model.shared?.owner === service ? 'interface Node @key(fields: "id") { id: ID! label: String }' : '',
    model.shared?.objectIn === service
      ? `type Node @interfaceObject @key(fields: "id") { id: ID! noted${ARGUMENTS}: String score: Int! }`
      : '',
    ringSdl(model, service),
  ]
  return parts.filter((part) => part !== '').join('\n')
}

function ringSdl({ ring }: GraphModel, service: string): string {
  if (ring?.owner === service) {
    return `extend type Query { rings: [Ring] }
      type Ring @key(fields: "id") @context(name: "ring") { id: ID! size: Int beads: [Bead] next: Ring }
      type Bead @key(fields: "id") { id: ID! told(n: Int @fromContext(field: "$ring { size }")): String color: Color }`
  }
  return ring?.other === service
    ? 'type Ring @key(fields: "id") { id: ID! more: [Bead!] } type Bead @key(fields: "id") { id: ID! weight: Int }'
    : ''
}

function rootSdl(type: string, roots: readonly RootModel[], service: string): string {
  const fields = roots.filter(({ services }) => services.includes(service))
  if (fields.length === 0) return ''
  const text = fields.map((field) => `${signature(field)}${provision(field)}`).join(' ')
  return `extend type ${type} { ${text} }`
}

function signature({ name, takesArguments, type }: Pick<RootModel, 'name' | 'takesArguments' | 'type'>): string {
  return `${name}${takesArguments ? ARGUMENTS : ''}: ${typeText(type)}`
}

const provision = ({ provides }: Pick<RootModel, 'provides'>) =>
  provides === undefined ? '' : ` @provides(fields: "${provides}")`

function entitySdl(model: GraphModel, entity: EntityModel, service: string): string {
  const keys = entity.keys.get(service) ?? []
  const interfaces = [
    ...(model.named.get(service)?.includes(entity.name) ? ['Named'] : []),
    ...(model.shared?.owner === service && model.shared.members.includes(entity.name) ? ['Node'] : []),
  ]
  const external = externalIn(model, entity, service)
  const lines = entity.fields.flatMap((field) => {
    const { requires, overrides, inaccessible } = field
    if (external.has(field.name)) return [`${signature(field)} @external`]
    if (overrides === service) return [signature(field)]
    if (!field.services.includes(service)) return []
    const shareable = field.services.length > 1 || field.name === 'label' ? ' @shareable' : ''
    const override = overrides === undefined ? '' : ` @override(from: "${overrides}")`
    const requirement = requires === undefined ? '' : ` @requires(fields: "${requires.map(requirementText).join(' ')}")`
    const hidden = inaccessible ? ' @inaccessible' : ''
    return [`${signature(field)}${hidden}${shareable}${override}${requirement}${provision(field)}`]
  })
  const text = keys.join(' ')
  if (text.includes('id')) lines.unshift('id: ID!')
  if (text.includes('sku')) lines.unshift('sku: String')
  if (text.includes('org')) lines.unshift('org: Org')
  const implemented = interfaces.length > 0 ? ` implements ${interfaces.join(' & ')}` : ''
  return `type ${entity.name}${implemented} ${keys.map((key) => `@key(fields: "${key}")`).join(' ')} { ${lines.join(' ')} }`
}

/** Fields of other services that a service needs for `@requires` or hands out with `@provides`. */
function externalIn(model: GraphModel, entity: EntityModel, service: string): Set<string> {
  const required = entity.fields.flatMap((field) => (field.services.includes(service) ? (field.requires ?? []) : []))
  const leading = [...model.queries, ...model.mutations, ...model.entities.flatMap(({ fields }) => fields)]
  const provided = leading.flatMap(({ type, services, provides }) =>
    type.base === entity.name && services.includes(service) && provides !== undefined ? [provides] : [],
  )
  return new Set([...required.map(({ field }) => field), ...provided])
}

function requirementText({ field, args, below }: Requirement): string {
  const call =
    args === undefined
      ? ''
      : `(${Object.entries(args)
          .map(([name, value]) => `${name}: ${value}`)
          .join(', ')})`
  if (below === undefined) return `${field}${call}`
  return `${field}${call} { ${below.map((each) => (each.on ? `... on ${each.on} { ${each.field} }` : each.field)).join(' ')} }`
}
