import type { staffActions } from '@gigraph/shared/audit'
import { requireScope, requireViewer } from '@gigraph/shared/auth'
import type { Transaction } from '@gigraph/shared/database'
import { type Connection, type ConnectionArguments, paginate } from '@gigraph/shared/graphql'
import { and, eq, gte, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Context } from '../context.ts'
import { auditEntries } from '../tables.ts'

export type AuditEntry = typeof auditEntries.$inferSelect

export type AuditAction =
  | (typeof staffActions)[number]
  | 'USER_SUSPENDED'
  | 'USER_REINSTATED'
  | 'ROLES_SET'
  | 'LOGGED_OUT'
  | 'ADMIN_CREATED'
  | 'STAFF_INVITED'

interface Act {
  readonly action: AuditAction
  readonly subjectId: string
  readonly reason: string
  readonly before: Readonly<Record<string, unknown>>
  readonly after: Readonly<Record<string, unknown>>
}

/** Notes what the viewer did, within the transaction that does it. Entries can be neither changed nor removed. */
export const writeAudit = async (ctx: Context, tx: Transaction, act: Act): Promise<void> => {
  await tx.insert(auditEntries).values({
    id: ctx.makeId(),
    actorId: ctx.viewer?.id ?? null,
    ...act,
    address: ctx.caller.address,
    requestId: ctx.requestId,
    createdAt: ctx.clock.now(),
  })
}

export interface AuditLogFilter {
  readonly actorId?: string | null | undefined
  readonly subjectId?: string | null | undefined
  readonly objectId?: string | null | undefined
  readonly action?: AuditAction | null | undefined
  readonly from?: Date | null | undefined
  readonly to?: Date | null | undefined
}

const NOBODY = '00000000-0000-0000-0000-000000000000'
const idOr = (id: string): string => (z.uuid().safeParse(id).success ? id : NOBODY)

/** The audit log, newest first. @throws {ApplicationError} UNAUTHENTICATED, FORBIDDEN without users:read */
export const listAuditEntries = (
  ctx: Context,
  { filter, ...page }: ConnectionArguments & { readonly filter?: AuditLogFilter | null | undefined },
): Promise<Connection<AuditEntry>> => {
  requireScope(requireViewer(ctx), 'users:read')
  return paginate(
    page,
    [
      { column: auditEntries.createdAt, direction: 'desc', of: (entry: AuditEntry) => entry.createdAt },
      { column: auditEntries.id, direction: 'desc', of: (entry: AuditEntry) => entry.id },
    ],
    ({ where, orderBy, limit }) =>
      ctx.db
        .select()
        .from(auditEntries)
        .where(
          and(
            where,
            filter?.actorId ? eq(auditEntries.actorId, idOr(filter.actorId)) : undefined,
            filter?.subjectId ? eq(auditEntries.subjectId, idOr(filter.subjectId)) : undefined,
            filter?.objectId ? eq(auditEntries.objectId, idOr(filter.objectId)) : undefined,
            filter?.action ? eq(auditEntries.action, filter.action) : undefined,
            filter?.from ? gte(auditEntries.createdAt, filter.from) : undefined,
            filter?.to ? lt(auditEntries.createdAt, filter.to) : undefined,
          ),
        )
        .orderBy(...orderBy)
        .limit(limit),
  )
}
