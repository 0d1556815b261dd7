import { usersByIds } from '@gigraph/identity/internal'
import { toolTerms } from '@gigraph/marketplace/internal'
import { payable } from '@gigraph/orders/internal'
import { notFound } from '@gigraph/shared/errors'
import { bind, defineSubgraph, type ServiceContext } from '@gigraph/shared/service'
import { makeId } from '@gigraph/shared/time'

/** What the stand-in knows of an order. */
export interface StandInOrder {
  readonly orderId: string
  readonly buyerId: string
  readonly sellerId: string
  readonly gigId: string | null
  readonly title: string
  readonly total: { readonly amountMinor: number; readonly currency: string }
  readonly milestoneId: string | null
  payableReason: string | null
  payBefore: Date
}

const orders = new Map<string, StandInOrder>()

/** An order that waits for its payment. */
export const standInOrder = (
  order: Partial<StandInOrder> & { readonly buyerId: string; readonly sellerId: string; readonly payBefore: Date },
): StandInOrder => {
  const made: StandInOrder = {
    orderId: makeId(),
    gigId: makeId(),
    title: 'A logo',
    total: { amountMinor: 12_500, currency: 'USD' },
    milestoneId: null,
    payableReason: null,
    ...order,
  }
  orders.set(made.milestoneId ?? made.orderId, made)
  return made
}

const { implementProcedure } = bind<ServiceContext>()

/** Answers for the orders service from a table: what payments asks it, in the shape of its own contract. */
export const ordersStandIn = defineSubgraph({
  name: 'orders',
  folder: new URL('./stand-in/src/', import.meta.url),
  configuration: {},
  resolvers: [],
  procedures: [
    implementProcedure(payable, async (_, { orderId, milestoneId, payerId }) => {
      const order = orders.get(milestoneId ?? orderId)
      if (!order || order.buyerId !== payerId || order.orderId !== orderId) throw notFound('Order')
      if (order.payableReason) return { payable: false as const, reason: order.payableReason }
      const { total, payBefore, payableReason: _reason, ...facts } = order
      return { payable: true as const, ...facts, milestoneId, amount: total, payBefore: payBefore.toISOString() }
    }),
  ],
})

/** What the stand-in knows of people. */
interface StandInPerson {
  readonly displayName: string
  locale: string
  status: 'ACTIVE' | 'DELETED'
}

const people = new Map<string, StandInPerson>()

const strangers = new Set<string>()

/** An id that nobody has. */
export const stranger = (): string => {
  const id = makeId()
  strangers.add(id)
  return id
}

/** Says how somebody is called. */
export const standInPerson = (id: string, more: Partial<StandInPerson> & Pick<StandInPerson, 'displayName'>) => {
  const made: StandInPerson = { locale: 'en', status: 'ACTIVE', ...more }
  people.set(id, made)
  return made
}

/** Answers for the identity service from a table. */
export const identityStandIn = defineSubgraph({
  name: 'identity',
  folder: new URL('./stand-in/src/', import.meta.url),
  configuration: {},
  resolvers: [],
  procedures: [
    implementProcedure(usersByIds, async (_, { ids }) => ({
      users: ids.flatMap((id) => {
        const known = people.get(id) ?? { displayName: 'Somebody', locale: 'en', status: 'ACTIVE' as const }
        if (strangers.has(id)) return []
        const facts = { id, handle: id, email: 'someone@example.org', timeZone: 'UTC', roles: [] }
        return [{ ...facts, ...known }]
      }),
    })),
  ],
})

/** What the stand-in knows of a tool. */
export interface StandInTool {
  readonly toolId: string
  readonly creatorId: string
  pointsPerUse: number
  paused: boolean
}

const tools = new Map<string, StandInTool>()

/** A tool that can be used. */
export const standInTool = (creatorId: string, pointsPerUse = 30): StandInTool => {
  const made = { toolId: makeId(), creatorId, pointsPerUse, paused: false }
  tools.set(made.toolId, made)
  return made
}

/** Answers for the marketplace service from a table. */
export const marketplaceStandIn = defineSubgraph({
  name: 'marketplace',
  folder: new URL('./stand-in/src/', import.meta.url),
  configuration: {},
  resolvers: [],
  procedures: [
    implementProcedure(toolTerms, async (_, { toolId }) => {
      const tool = tools.get(toolId)
      if (!tool || tool.paused) return { available: false as const, reason: 'This tool is paused.' }
      const { creatorId, pointsPerUse } = tool
      return { available: true as const, creatorId, pointsPerUse, title: 'Upscaler', endpoint: 'https://api.tool.test' }
    }),
  ],
})
