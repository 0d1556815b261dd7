import { createBullBoard } from '@bull-board/api'
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter'
import { FastifyAdapter } from '@bull-board/fastify'
import type { Queue } from 'bullmq'
import fastify from 'fastify'
import { refuseOtherHosts } from '../hosts/index.ts'
import { freePort } from '../ports/index.ts'

export interface JobsBoardOptions {
  /** The port to use when it is free; else another near it. 0: any. */
  readonly port: number
  /** The queues to show, on PostgreSQL or on Redis. Their connections stay the caller's. */
  readonly queues: readonly Queue[]
  /** Where the board hangs, e.g. `/jobs`. */
  readonly basePath: string
}

export interface JobsBoard {
  /** Where to look, e.g. `http://127.0.0.1:4090/jobs`. */
  readonly url: string
  /** Closes the board, not the queues. */
  close(): Promise<void>
}

/** Starts a page that shows BullMQ's queues and retries, promotes and removes their jobs. On loopback, without a login. */
export const startJobsBoard = async ({ port, queues, basePath }: JobsBoardOptions): Promise<JobsBoard> => {
  const board = new FastifyAdapter().setBasePath(basePath)
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue)),
    serverAdapter: board,
    options: { uiConfig: { boardTitle: 'Gigraph jobs' } },
  })
  const web = fastify({ forceCloseConnections: true })
  refuseOtherHosts(web)
  await web.register(board.registerPlugin(), { prefix: basePath })
  const origin = await web.listen({ host: '127.0.0.1', port: await freePort(port) })
  return { url: `${origin}${basePath}`, close: () => web.close() }
}
