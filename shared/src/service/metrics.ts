import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** The numbers that one service tells Prometheus. */
export const createMetrics = (service: string) => {
  const registry = new Registry()
  registry.setDefaultLabels({ service })
  collectDefaultMetrics({ register: registry })
  return {
    registry,
    operations: new Histogram({
      name: 'gigraph_service_operation_seconds',
      help: 'GraphQL operations that the service answered',
      labelNames: ['outcome'] as const,
      registers: [registry],
    }),
    eventsHandled: new Counter({
      name: 'gigraph_events_handled_total',
      help: 'Events whose effect was committed',
      labelNames: ['event', 'outcome'] as const,
      registers: [registry],
    }),
    jobsFailed: new Counter({
      name: 'gigraph_jobs_exhausted_total',
      help: 'Jobs that failed at their last try and stay for people to look at',
      labelNames: ['queue', 'job'] as const,
      registers: [registry],
    }),
    outboxOldest: new Gauge({
      name: 'gigraph_outbox_oldest_seconds',
      help: 'How long the oldest fact or job has waited for the relay; 0 when none waits',
      registers: [registry],
    }),
    outboxWaiting: new Gauge({
      name: 'gigraph_outbox_waiting',
      help: 'Facts and jobs that wait for the relay, as far as it looked',
      registers: [registry],
    }),
  }
}

export type Metrics = ReturnType<typeof createMetrics>
