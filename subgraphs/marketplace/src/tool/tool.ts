import { fail, ok, type Result } from '@gigraph/shared/errors'
import { z } from 'zod'
import { ofSameSide } from '../gig/gig-status.ts'
import type { tools } from '../tables.ts'

export type Tool = Omit<typeof tools.$inferSelect, 'document'>
export type ToolStatus = Tool['status']

/** Names that only the machine itself or its own network knows. */
const isPrivateHost = (host: string): boolean =>
  !host.includes('.') || /^[\d.]+$|^\[|\.(local|internal|localhost|home\.arpa)$/i.test(host)

const fields = {
  title: z.string().trim().min(5, { error: 'A title has at least 5 characters.' }).max(90),
  description: z.string().trim().min(20, { error: 'Describe it in at least 20 characters.' }).max(5_000),
  endpoint: z
    .url()
    .max(500)
    .refine(
      (text) => URL.canParse(text) && new URL(text).protocol === 'https:' && !isPrivateHost(new URL(text).hostname),
      {
        error: 'Give a public https URL.',
      },
    ),
  pointsPerUse: z.int().min(1).max(100_000, { error: 'A use costs 1 to 100,000 points.' }),
}

/** How many tools somebody keeps. */
export const TOOLS_OF_CREATOR = 50

/** What `createTool` takes. */
export const newTool = z.object(fields)

/** What `updateTool` changes: absent (or null) fields stay. */
export const toolChanges = z.object({
  toolId: z.string(),
  title: fields.title.nullish(),
  description: fields.description.nullish(),
  endpoint: fields.endpoint.nullish(),
  pointsPerUse: fields.pointsPerUse.nullish(),
})

export type ToolAction = 'update' | 'publish' | 'pause' | 'approve' | 'reject' | 'suspend'

/** The status that each action leads to; what is absent is not possible. */
const transitions: Readonly<Record<ToolStatus, Partial<Record<ToolAction, ToolStatus>>>> = {
  DRAFT: { update: 'DRAFT', publish: 'ACTIVE' },
  PENDING_REVIEW: { update: 'PENDING_REVIEW', approve: 'ACTIVE', reject: 'DRAFT' },
  ACTIVE: { update: 'ACTIVE', pause: 'PAUSED', suspend: 'REMOVED' },
  PAUSED: { update: 'PAUSED', publish: 'ACTIVE', suspend: 'REMOVED' },
  REMOVED: { approve: 'ACTIVE' },
}

/** The status after the action, or INVALID_STATE with what the same side can do now. */
export const nextStatus = (status: ToolStatus, action: ToolAction): Result<ToolStatus> => {
  const next = transitions[status][action]
  if (next) return ok(next)
  return fail('INVALID_STATE', `This tool is ${status.toLowerCase().replace('_', ' ')}; that is not possible now.`, {
    allowed: ofSameSide(transitions[status], action),
  })
}
