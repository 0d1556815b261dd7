import { webhookRules } from '../webhook/tell-endpoints.ts'
import { marketTalk } from './market-talk.ts'
import { onUserDeleted } from './on-user-deleted.ts'
import { onUserRoles } from './on-user-roles.ts'
import { orderTalk } from './order-talk.ts'
import { rules } from './rules.ts'

/** What this service reacts to; `routes` of @gigraph/shared/events says so to the publishers. */
export const handlers = [...rules, ...orderTalk, ...marketTalk, ...webhookRules, ...onUserRoles, onUserDeleted]
