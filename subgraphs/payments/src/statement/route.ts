import { Readable } from 'node:stream'
import { forbidden } from '@gigraph/shared/errors'
import { protectiveHeaders } from '@gigraph/shared/storage'
import { isId } from '@gigraph/shared/time'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { isSigned, linkProof, signedLink } from '../link/signed-link.ts'
import type { StatementPeriod } from './statement.ts'
import { statementFile } from './statement-file.ts'

const PATH = '/statements/'
const query = z.object({
  from: z.iso.datetime(),
  to: z.iso.datetime(),
  currency: z.string().regex(/^[A-Z]{3}$/),
  ...linkProof,
})

const asked = ({ from, to, currency }: StatementPeriod) => ({
  from: from.toISOString(),
  to: to.toISOString(),
  currency,
})

const allows = (period: StatementPeriod) =>
  ({ purpose: 'statement', allows: [period.userId, ...Object.values(asked(period))] }) as const

/** An address that gives the period's movements as CSV to whoever has it, for ten minutes. */
export const statementLink = (ctx: Context, period: StatementPeriod) =>
  signedLink(ctx, { path: `${PATH}${period.userId}`, query: asked(period), ...allows(period) })

/** `GET /statements/<user>`: the CSV, for who holds a link that was signed within the last ten minutes. */
export const statementRoute = (app: FastifyInstance, context: (requestId: string) => Context): void => {
  app.get<{ Params: { userId: string } }>(`${PATH}:userId`, async (request, reply) => {
    const ctx = context(request.id)
    const { userId } = request.params
    const { success, data } = query.safeParse(request.query)
    const refusal = forbidden('This link is not valid or has expired; ask for another.')
    if (!success || !isId(userId)) throw refusal
    const period = { userId, from: new Date(data.from), to: new Date(data.to), currency: data.currency }
    if (!isSigned(ctx, { ...allows(period), ...data })) throw refusal
    const name = `gigraph-${data.from.slice(0, 10)}-${data.to.slice(0, 10)}-${data.currency}.csv`
    return reply
      .headers(protectiveHeaders)
      .header('content-disposition', `attachment; filename="${name}"`)
      .header('cache-control', 'private, no-store')
      .type('text/csv; charset=utf-8')
      .send(Readable.from(statementFile(ctx, period)))
  })
}
