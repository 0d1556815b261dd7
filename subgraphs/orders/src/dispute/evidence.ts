import { type FilesToClaim, uploadIds } from '@gigraph/shared/uploads'

/** Ids of the files that show it, as input. */
export const evidenceFiles = uploadIds(10)
  .nullish()
  .transform((ids) => ids ?? [])

export const asEvidence = (ids: readonly string[]): FilesToClaim[] => [
  { uploadIds: ids, purpose: 'DISPUTE_EVIDENCE', field: ['input', 'evidenceIds'] },
]
