import type { ServiceResources } from '@gigraph/shared/service'
import { Counter, Gauge } from 'prom-client'
import type { z } from 'zod'
import { findOldestWaiting } from './delivery-store.ts'

const results = ['delivered', 'failed', 'given_up', 'gone'] as const
export type Result = (typeof results)[number]

/** Numbers for operators: tries by what came of them, and how long the oldest waits that could be on its way. */
export const countWebhooks = ({
  metrics,
  db,
  clock,
}: Pick<ServiceResources<z.ZodRawShape>, 'metrics' | 'db' | 'clock'>): Counter<'result'> => {
  new Gauge({
    name: 'gigraph_webhooks_oldest_seconds',
    help: 'How long the oldest webhook has been due whose endpoint has no call in hand; 0 when none is',
    registers: [metrics],
    async collect() {
      const now = clock.now()
      // A database that is away is told by other numbers; this one keeps what it was.
      const since = await findOldestWaiting(db, now).catch(() => undefined)
      if (since !== undefined) this.set(since === null ? 0 : (now.getTime() - since.getTime()) / 1_000)
    },
  })
  const attempts = new Counter({
    name: 'gigraph_webhook_attempts_total',
    help: 'Calls of webhooks: delivered, failed (tried again), given_up, gone (410)',
    labelNames: ['result'] as const,
    registers: [metrics],
  })
  for (const result of results) attempts.inc({ result }, 0)
  return attempts
}
