import { roles } from '@gigraph/shared/auth'
import { defineProcedure } from '@gigraph/shared/service'
import { z } from 'zod'

const service = 'identity'

const userSummary = z.object({
  id: z.uuid(),
  handle: z.string(),
  displayName: z.string(),
  email: z.string(),
  locale: z.string(),
  timeZone: z.string(),
  roles: z.array(z.enum(roles)),
  status: z.enum(['ACTIVE', 'SUSPENDED', 'DELETED']),
})
export type UserSummary = z.output<typeof userSummary>

/** Users for other services, e-mail address included: for mails, never for showing. Unknown ids are absent. */
export const usersByIds = defineProcedure({
  service,
  name: 'usersByIds',
  input: z.object({ ids: z.array(z.uuid()).max(500) }),
  output: z.object({ users: z.array(userSummary) }),
})

/** Whom an API key stands for; null when it is unknown, expired or revoked. */
export const verifyApiKey = defineProcedure({
  service,
  name: 'verifyApiKey',
  input: z.object({ key: z.string().max(200), address: z.string() }),
  output: z.object({
    viewer: z
      .object({
        id: z.uuid(),
        kind: z.literal('api_key'),
        sessionId: z.uuid(),
        roles: z.array(z.enum(roles)),
        scopes: z.array(z.string()),
        authenticatedAt: z.number(),
      })
      .nullable(),
  }),
})

/** Which of the sessions or API keys are dead; asked by the gateway for its open sockets. */
export const deadSessions = defineProcedure({
  service,
  name: 'deadSessions',
  input: z.object({ sessionIds: z.array(z.uuid()).max(5_000) }),
  output: z.object({ dead: z.array(z.uuid()) }),
})

/**
 * The sessions and API keys that ended since an instant, at most an hour ago, and the instant to ask from next time: polled by
 * the gateway, which refuses their tokens from then on. The same id may come again.
 */
export const revokedSince = defineProcedure({
  service,
  name: 'revokedSince',
  input: z.object({ since: z.iso.datetime() }),
  output: z.object({ sessionIds: z.array(z.uuid()), until: z.iso.datetime() }),
})
