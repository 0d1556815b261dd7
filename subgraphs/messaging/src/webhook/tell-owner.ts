import type { Transaction } from '@gigraph/shared/database'
import { type Failure, fail } from '@gigraph/shared/errors'
import { after } from '@gigraph/shared/time'
import type { Context } from '../context.ts'
import { countNotices } from '../notification/notification-store.ts'
import { notify } from '../notification/notify.ts'
import { hostOf } from './endpoint-url.ts'
import type { EndpointRow } from './webhook.ts'

const PAGE = '/settings/webhooks'

/** What owners are told of their endpoints, with `{host}`: an address may hold a secret of the receiver's. */
const notices = {
  ADDED: [
    'A webhook was added',
    'What happens to you is told to {host} from now on. If it was not you, remove it and end your sessions.',
  ],
  MOVED: [
    'A webhook has another address',
    'What happens to you is told to {host} from now on. If it was not you, remove it and end your sessions.',
  ],
  SECRET: [
    'A webhook has a new secret',
    'Calls to {host} are signed with a new secret; the old one signs too for 24 hours. If it was not you, remove the webhook and end your sessions.',
  ],
  GONE: ['A webhook is switched off', '{host} says that it is gone for good (410): nothing is sent there any more.'],
  FAILING: [
    'A webhook is switched off',
    'Nothing has got through to {host} for days: nothing is sent there until you switch it on again.',
  ],
} as const

/** Changes of which the owner is told, within an hour: each is a mail, and who has got hold of a key must not drown them. */
const CHANGES_PER_HOUR = 20

/** Why somebody cannot change their endpoints once more just now. Lock the person before, so that calls at once count each other. */
export const refuseOften = async (ctx: Context, tx: Transaction, userId: string): Promise<Failure | null> => {
  const told = await countNotices(tx, { userId, link: PAGE, since: after(ctx.clock.now(), '-1h') })
  return told >= CHANGES_PER_HOUR
    ? fail('LIMIT_EXCEEDED', `You have changed your webhooks ${CHANGES_PER_HOUR} times within an hour; wait a little.`)
    : null
}

/** Tells the owner of an endpoint something about it, in the product and by mail, at once: it concerns who learns what of them. */
export const tellOwner = (
  ctx: Context,
  tx: Transaction,
  { userId, url }: Pick<EndpointRow, 'userId' | 'url'>,
  what: keyof typeof notices,
): Promise<void> => {
  const [title, body] = notices[what]
  const host = hostOf(new URL(url))
  return notify(ctx, tx, [
    { userId, category: 'SECURITY', title, body: body.replace('{host}', () => host), link: PAGE },
  ])
}
