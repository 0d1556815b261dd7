import type { uploads } from '../tables.ts'
import { imageSizes, purposeRules } from './purpose.ts'

/** A file on its way or kept. */
export type Upload = typeof uploads.$inferSelect

/**
 * WAITING: no bytes yet. PROCESSING: they are checked and, for pictures, resized. READY: usable. FAILED: they are not what they were
 * said to be.
 */
export const uploadStatuses = ['WAITING', 'PROCESSING', 'READY', 'FAILED'] as const

/** Where the bytes lie as they were sent, until they have been checked. */
export const sentKey = (id: string): string => `uploads/${id}`

/** Where a private file lies; no address to send anything there is ever signed. */
export const documentKey = (id: string): string => `documents/${id}`

/** Where a public picture's variant lies. */
export const imageKey = (id: string, edge: number): string => `images/${id}-${edge}.webp`

/** Everything that may lie in storage for an upload. */
export const keysOf = ({ id, purpose }: Pick<Upload, 'id' | 'purpose'>): string[] => {
  const { cut } = purposeRules[purpose]
  return [sentKey(id), ...(cut ? imageSizes.map((size) => imageKey(id, cut.edges[size])) : [documentKey(id)])]
}
