import type { FastifyInstance } from 'fastify'
import type { Context } from './context.ts'
import { invoiceRoute } from './invoice/route.ts'
import { statementRoute } from './statement/route.ts'
import { grantKeySet } from './tool/grant.ts'
import { webhookRoute } from './webhook/route.ts'

/** Stripe's webhook, the key set with which creators' APIs verify clients' grants, the PDFs of invoices, and the CSVs of statements. */
export const routes = async (app: FastifyInstance, context: (requestId: string) => Context): Promise<void> => {
  app.get('/.well-known/tool-grants.json', (request, reply) =>
    grantKeySet(context(request.id)).then((keys) => reply.header('cache-control', 'public, max-age=300').send(keys)),
  )
  invoiceRoute(app, context)
  statementRoute(app, context)
  await webhookRoute(app, context)
}
