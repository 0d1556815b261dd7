import { type FilesToClaim, uploadIds } from '@gigraph/shared/uploads'

/** Ids of the files that are delivered, as input. */
export const deliveryFiles = uploadIds(20)
  .nullish()
  .transform((ids) => ids ?? [])

export const asDelivered = (ids: readonly string[]): FilesToClaim[] => [
  { uploadIds: ids, purpose: 'DELIVERY_FILE', field: ['input', 'uploadIds'] },
]
