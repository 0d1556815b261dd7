import type { Logger } from '@gigraph/shared/logging'
import type { ProcedureTransport } from '@gigraph/shared/service'
import { z } from 'zod'
import type { VerifyApiKey } from './api-key.ts'
import { REVOCATIONS_REMEMBERED_MS, type Revocation, type SubscribeToRevocations } from './revocations.ts'

/** How often the authority is asked for revocations; with the sockets' own check this stays below the promised 5 s. */
const POLL_MS = 2_000

const verified = z.object({
  viewer: z
    .object({
      id: z.string(),
      kind: z.literal('api_key'),
      sessionId: z.string(),
      roles: z.array(z.string()),
      scopes: z.array(z.string()),
      authenticatedAt: z.number(),
    })
    .nullable(),
})

const revoked = z.object({ sessionIds: z.array(z.string()), until: z.string() })

interface AuthorityOptions {
  /** The way to the service that issues sessions and API keys. */
  readonly procedures: ProcedureTransport
  /** Its name. */
  readonly service: string
  readonly log: Logger
}

/** The service that issues credentials, as the gateway asks it: whose an API key is, and what has been revoked. */
export interface Authority {
  readonly verifyApiKey: VerifyApiKey
  readonly onRevoked: SubscribeToRevocations
}

/**
 * Asks the service that issues credentials through two procedures: `verifyApiKey({ key, address })` answers `{ viewer }`, and
 * `revokedSince({ since })` the sessions and keys that ended since an instant, with the instant to ask from next time.
 */
export const createAuthority = ({ procedures, service, log }: AuthorityOptions): Authority => {
  const ask = (procedure: string, input: unknown) =>
    procedures({ service, procedure, input, requestId: crypto.randomUUID() })
  return {
    verifyApiKey: async (key) => verified.parse(await ask('verifyApiKey', { key, address: '' })).viewer,
    onRevoked: (listener) => poll(async (since) => revoked.parse(await ask('revokedSince', { since })), listener, log),
  }
}

const poll = (
  ask: (since: string) => Promise<z.output<typeof revoked>>,
  listener: (revocation: Revocation) => void,
  log: Logger,
): (() => void) => {
  // A token that was revoked before this process began is refused by it as well, as long as it may live.
  let since = new Date(Date.now() - REVOCATIONS_REMEMBERED_MS).toISOString()
  let asking = false
  let reachable = true
  const once = async () => {
    if (asking) return
    asking = true
    try {
      const { sessionIds, until } = await ask(since)
      for (const sessionId of sessionIds) listener({ sessionId })
      since = until
      reachable = true
    } catch (error) {
      if (reachable) log.warn({ err: error }, 'revocations cannot be asked for; the next answer covers the gap')
      reachable = false
    } finally {
      asking = false
    }
  }
  void once()
  const timer = setInterval(() => void once(), POLL_MS)
  return () => clearInterval(timer)
}
