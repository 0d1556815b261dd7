import type { EventDefinition } from '@gigraph/shared/events'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import type { Notice } from '../notification/notification.ts'
import { notify } from '../notification/notify.ts'

const { handle } = bind<Context>()

/** One line of the table of notifications: an event, and whom it tells what. */
export const rule = <Payload>(event: EventDefinition<Payload>, notices: (payload: Payload) => readonly Notice[]) =>
  handle(event, 'notify', (ctx, tx, payload) => notify(ctx, tx, notices(payload)))
