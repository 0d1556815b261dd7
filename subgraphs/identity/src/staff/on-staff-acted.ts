import { staffActed } from '@gigraph/shared/audit'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { auditEntries } from '../tables.ts'

const { handle } = bind<Context>()

/** What staff did in another service becomes an entry, as if it had been done here. */
export const onStaffActed = handle(staffActed, 'note', async (_, tx, act, { id, occurredAt, requestId }) => {
  const { object, ...rest } = act
  await tx.insert(auditEntries).values({
    ...{ ...rest, id, requestId, createdAt: occurredAt },
    ...{ objectKind: object?.kind ?? null, objectId: object?.id ?? null },
  })
})
