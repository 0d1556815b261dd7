import type { Database, Transaction } from '../database/index.ts'
import { transaction } from '../database/index.ts'
import { childSpan } from '../telemetry/index.ts'
import type { Clock } from '../time/index.ts'
import { type Envelope, envelope } from './event.ts'
import { inbox } from './tables.ts'

interface Consumer<Context> {
  readonly db: Database
  readonly clock: Clock
  readonly handlers: readonly {
    readonly event: { readonly name: string }
    readonly name: string
    run(context: Context, transaction: Transaction, payload: unknown, envelope: Envelope): Promise<void>
  }[]
  readonly createContext: (requestId: string) => Context
}

/**
 * Runs a service's reactions to one event. Each notes the event in the inbox within the transaction of its effect, so
 * deliveries of the same event, one after another or at once, have one effect.
 *
 * @throws {Error} for an event that the service does not know. The relay's table says that it does, so this is an old copy in the middle
 *   of a deployment: the event is tried again, by a new one, and not lost
 */
export const consumeEvent = async <Context>(
  { db, clock, handlers, createContext }: Consumer<Context>,
  data: unknown,
): Promise<void> => {
  const message = envelope.parse(data)
  const reactions = handlers.filter(({ event }) => event.name === message.name)
  if (reactions.length === 0)
    throw new Error(
      `nothing here reacts to ${message.name}: a newer version of this service does, and has to be started`,
    )
  for (const handler of reactions) {
    await transaction(db, async (tx) => {
      const first = await tx
        .insert(inbox)
        .values({ eventId: message.id, handler: handler.name, handledAt: clock.now() })
        .onConflictDoNothing()
        .returning()
      if (first.length === 0) return
      await childSpan({ name: `handle ${handler.name}` }, () =>
        handler.run(createContext(message.requestId), tx, message.payload, message),
      )
    })
  }
}
