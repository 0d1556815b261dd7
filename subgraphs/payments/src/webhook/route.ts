import type { FastifyInstance } from 'fastify'
import type { Context } from '../context.ts'
import { isOfOurMode, storeWebhook, verifyWebhook } from './receive-webhook.ts'

const BODY_BYTES = 1024 * 1024

/** `POST /webhooks/stripe`: 400 for what Stripe has not signed, 200 once the event is stored. The body stays as it came. */
export const webhookRoute = async (app: FastifyInstance, context: (requestId: string) => Context): Promise<void> => {
  await app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: BODY_BYTES }, (_, body, done) => done(null, body))
    scope.post('/webhooks/stripe', async (request, reply) => {
      const ctx = context(request.id)
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      const event = verifyWebhook(ctx, body, request.headers['stripe-signature'])
      if (!event) return reply.code(400).send({ code: 'BAD_USER_INPUT', message: 'The signature is not valid.' })
      if (isOfOurMode(ctx, event)) await storeWebhook(ctx, event)
      return reply.send({ received: true })
    })
  })
}
