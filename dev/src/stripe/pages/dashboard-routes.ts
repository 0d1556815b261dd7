import type { FastifyInstance } from 'fastify'
import { dashboardPage } from './dashboard-page.ts'
import { gone, type PageOptions, show } from './respond.ts'

/** Registers the dashboard with its buttons. */
export function registerDashboard(app: FastifyInstance, { emulation, levers, webhooks }: PageOptions): void {
  const actions: Record<string, (id: string) => void> = {
    dispute: (id) => levers.openDispute(id),
    win: (id) => levers.decideDispute(id, 'won'),
    lose: (id) => levers.decideDispute(id, 'lost'),
    'fail-payout': (id) => levers.failPayout(id),
    resend: (id) => webhooks.resend(id),
  }
  app.get('/', (_request, reply) => show(reply, dashboardPage(emulation)))
  app.post<{ Params: { action: string; id: string } }>('/dashboard/:action/:id', (request, reply) => {
    const { action, id } = request.params
    // The buttons need no key, so only the dashboard itself may press them.
    if (request.headers['sec-fetch-site'] !== 'same-origin') {
      return gone(reply, 'Not possible', 'Press the button on the dashboard.', 403)
    }
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (!act) return gone(reply, 'Not found', 'There is no such action.')
    act(id)
    return reply.redirect('/', 303)
  })
}
