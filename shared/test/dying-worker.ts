import { openJobs } from '../src/jobs/index.ts'
import { createLogger } from '../src/logging/index.ts'

/** A worker that begins a job, says so, and never ends it; for the test that kills it. */
const [databaseUrl] = process.argv.slice(2)
const log = createLogger({ name: 'dying', level: 'silent' })
const jobs = openJobs({ databaseUrl, applicationName: 'test-dying', workers: 1, log, patienceMs: 1_000 })
jobs.worker('mortal', {
  concurrency: 1,
  run: () => {
    process.stdout.write('began\n')
    return new Promise(() => undefined)
  },
  onExhausted: () => undefined,
})
