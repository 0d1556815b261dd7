import { eventQueue, routes } from '@gigraph/shared/events'
import { openJobs } from '@gigraph/shared/jobs'
import { createLogger } from '@gigraph/shared/logging'
import type { Wiring } from './environments.ts'
import { serviceNames, services } from './services.ts'

/** Every queue of the system, for people to look at. */
export const openQueues = ({ databases, redisUrl, logLevel }: Wiring) => {
  const jobs = openJobs({
    databaseUrl: databases.jobsUrl,
    redisUrl,
    applicationName: 'gigraph-jobs-board',
    workers: 0,
    log: createLogger({ name: 'jobs-board', level: logLevel }),
  })
  const listening = new Set(Object.values(routes).flat())
  const names = new Set([
    ...serviceNames.filter((name) => listening.has(name)).map(eventQueue),
    ...serviceNames.flatMap((name) => (services[name].jobs ?? []).map(({ job }) => job.queue)),
  ])
  return { all: [...names].sort().map((name) => jobs.queue(name)), close: () => jobs.close() }
}
