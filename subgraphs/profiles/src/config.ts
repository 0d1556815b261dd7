import { storageShape } from '@gigraph/shared/storage'

/** Variables of the profiles service beyond what every service reads. */
export const configuration = { ...storageShape }
