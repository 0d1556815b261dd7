import type { FastifyReply } from 'fastify'
import type { Emulation } from '../emulation.ts'
import type { Levers } from '../levers.ts'
import type { Webhooks } from '../webhooks.ts'
import { noticePage } from './checkout-page.ts'

/** What the pages need. */
export interface PageOptions {
  emulation: Emulation
  levers: Levers
  webhooks: Webhooks
  /** Runs what operations left for afterwards. */
  runAfterwards(): void
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'"

/** Sends a page that loads nothing from anywhere. */
export const show = (reply: FastifyReply, body: string, status = 200): FastifyReply =>
  reply
    .code(status)
    .header('content-security-policy', POLICY)
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'same-origin')
    .type('text/html; charset=utf-8')
    .send(body)

/** Sends a page that only says why there is nothing to see. */
export const gone = (reply: FastifyReply, title: string, message: string, status = 404): FastifyReply =>
  show(reply, noticePage(title, message), status)
