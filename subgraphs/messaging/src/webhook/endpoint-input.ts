import { z } from 'zod'
import type { Context } from '../context.ts'
import { urlFault } from './endpoint-url.ts'
import { webhookTypes } from './webhook-events.ts'

export const endpointId = z.uuid({ error: 'This is no endpoint.' })
export const description = z.string().trim().max(200, { error: 'Write at most 200 characters.' })
export const events = z
  .array(z.enum(webhookTypes))
  .min(1, { error: 'Choose at least one thing to be told of.' })
  .transform((chosen) => [...new Set(chosen)])

export const mayCallLoopback = ({ config }: Pick<Context, 'config'>): boolean => config.WEBHOOKS_TO_LOOPBACK === 'on'

/** The address of an endpoint as it is kept. */
export const endpointUrl = (ctx: Pick<Context, 'config'>) =>
  z.string().transform((text, { addIssue }) => {
    const fault = urlFault(text, { loopback: mayCallLoopback(ctx) })
    if (!fault) return new URL(text).href
    addIssue({ code: 'custom', message: fault })
    return z.NEVER
  })
