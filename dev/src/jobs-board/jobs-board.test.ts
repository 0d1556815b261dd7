import { createPostgresBackend, Queue, runMigrations, Worker } from 'bullmq'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest'
import { type JobsBoard, startJobsBoard } from './index.ts'

const name = `mail-${process.pid}`
const database = `jobs_board_${process.pid}`

let queue: ReturnType<typeof openQueue>
let board: JobsBoard
let connection: { connectionString: string; max: number }

const openQueue = () => new Queue(name, { connection }, createPostgresBackend)

const administer = async (statement: string) => {
  const client = new pg.Client({ connectionString: inject('postgresUrl') })
  await client.connect()
  await client.query(statement)
  await client.end()
}

const work = async (run: () => Promise<void>, until: () => Promise<void>) => {
  const worker = new Worker(name, run, { connection }, createPostgresBackend)
  await vi.waitFor(until, { timeout: 10_000, interval: 50 })
  await worker.close()
}

beforeAll(async () => {
  await administer(`create database ${database}`)
  const url = new URL(inject('postgresUrl'))
  url.pathname = database
  connection = { connectionString: url.href, max: 3 }
  const client = new pg.Client(connection)
  await client.connect()
  await runMigrations(client)
  await client.end()
  queue = openQueue()
  board = await startJobsBoard({ port: 0, queues: [queue as unknown as Queue], basePath: '/jobs' })
})

afterAll(async () => {
  await board.close()
  await queue.close()
  await administer(`drop database ${database} with (force)`)
})

const get = async (path: string) => {
  const response = await fetch(`${board.url}${path}`)
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() }
}

const shown = async (status: string) => {
  const { text } = await get(`/api/queues?activeQueue=${name}&status=${status}&page=1&jobsPerPage=10`)
  return JSON.parse(text).queues.find((one: { name: string }) => one.name === name)
}

describe('the board of queues on PostgreSQL', () => {
  it('serves its page with what the page needs', async () => {
    const page = await get('')
    expect(page).toMatchObject({ status: 200, type: expect.stringContaining('text/html') })
    expect(page.text).toContain('Gigraph jobs')
    const script = /src="([^"]+\.js)"/.exec(page.text)?.[1] ?? ''
    const asset = await fetch(new URL(script, `${board.url}/`))
    expect(asset.status).toBe(200)
  })

  it('shows a failed job with its reason and runs it again', async () => {
    await queue.add('send', { to: 'ada@example.com' }, { jobId: 'one' })
    const failed = async () => expect((await shown('failed')).counts).toMatchObject({ failed: 1 })
    await work(() => Promise.reject(new Error('mail server is down')), failed)
    expect((await shown('failed')).jobs).toMatchObject([
      { id: 'one', name: 'send', data: { to: 'ada@example.com' }, failedReason: 'mail server is down' },
    ])
    const retried = await fetch(`${board.url}/api/queues/${name}/one/retry`, { method: 'PUT' })
    expect(retried.status).toBeLessThan(300)
    const completed = async () => expect((await shown('completed')).counts).toMatchObject({ completed: 1, failed: 0 })
    await work(async () => undefined, completed)
  })

  it('shows delayed jobs, schedulers, a pause and the server', async () => {
    await queue.add('later', {}, { delay: 3_600_000 })
    await queue.upsertJobScheduler('sweep', { every: 3_600_000 }, { name: 'sweep' })
    expect((await shown('delayed')).counts).toMatchObject({ delayed: 1 })
    expect((await get('/api/job-schedulers')).text).toContain('"sweep"')
    expect((await fetch(`${board.url}/api/queues/${name}/pause`, { method: 'PUT' })).status).toBe(200)
    expect((await shown('latest')).isPaused).toBe(true)
    expect(JSON.parse((await get('/api/redis/stats')).text)).toMatchObject({ backend: 'postgres', version: '18.4' })
  })
})
