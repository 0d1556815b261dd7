import type { FastifyInstance } from 'fastify'

/** The state of the services behind the gateway, by name. */
export type ServiceStates = Readonly<Record<string, 'up' | 'down'>>

export interface HealthOptions {
  readonly isDraining: () => boolean
  /** Asks every service whether it answers. */
  readonly services: () => Promise<ServiceStates>
}

/** Probes that come faster than this get the last answer. */
const REMEMBERED_MS = 1_000

/**
 * `/health/live`: the process answers. `/health/ready` (and `/health`): it takes requests; which services answer stands
 * in the body, since one that does not costs only its own fields. `/health/ready/<service>`: that one answers.
 */
export const registerHealth = (app: FastifyInstance, { isDraining, services }: HealthOptions): void => {
  let known: { readonly at: number; readonly states: Promise<ServiceStates> } | null = null
  const states = (): Promise<ServiceStates> => {
    if (!known || performance.now() - known.at > REMEMBERED_MS) known = { at: performance.now(), states: services() }
    return known.states
  }
  const ready = async () => {
    const now = await states()
    const all = Object.values(now)
    const nobody = all.length > 0 && all.every((state) => state === 'down')
    const status = isDraining() ? 'draining' : nobody ? 'unready' : all.includes('down') ? 'degraded' : 'ready'
    return { code: isDraining() || nobody ? 503 : 200, body: { status, services: now } }
  }
  app.get('/health/live', async () => ({ status: 'live' }))
  for (const path of ['/health', '/health/ready']) {
    app.get(path, async (_request, reply) => {
      const { code, body } = await ready()
      return reply.code(code).send(body)
    })
  }
  app.get<{ Params: { service: string } }>('/health/ready/:service', async (request, reply) => {
    const state = (await states())[request.params.service]
    if (state === undefined) return reply.callNotFound()
    return reply.code(state === 'up' ? 200 : 503).send({ status: state })
  })
}
