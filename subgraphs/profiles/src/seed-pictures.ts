import { transaction } from '@gigraph/shared/database'
import type { Context } from './context.ts'
import { avatars, profileEntries, uploads } from './tables.ts'
import { type ImageSize, imageSizes, purposeRules } from './upload/purpose.ts'
import { imageKey } from './upload/upload.ts'

/** A picture of the demo data, ready in its three sizes. */
export interface SeedPicture {
  readonly id: string
  readonly userId: string
  readonly purpose: 'AVATAR' | 'PORTFOLIO_IMAGE' | 'GIG_IMAGE'
  readonly alt: string
  readonly width: number
  readonly height: number
  /** WebP. */
  readonly files: Readonly<Record<ImageSize, Uint8Array>>
  readonly at: Date
}

/** A work that a freelancer of the demo data shows. */
export interface SeedWork {
  readonly id: string
  readonly userId: string
  readonly title: string
  readonly description: string
  readonly imageIds: readonly string[]
  readonly at: Date
}

/** Files that are written at the same time. */
const AT_ONCE = 12

/** Puts the pictures into storage and shows them beside names and in portfolios. Nothing is checked or resized. */
export const seedPictures = async (
  ctx: Context,
  { pictures, works }: { readonly pictures: readonly SeedPicture[]; readonly works: readonly SeedWork[] },
): Promise<void> => {
  const files = pictures.flatMap(({ id, purpose, files: bySize }) =>
    imageSizes.map((size) => ({
      key: imageKey(id, purposeRules[purpose].cut?.edges[size] ?? 0),
      bytes: bySize[size],
    })),
  )
  for (let start = 0; start < files.length; start += AT_ONCE)
    await Promise.all(
      files
        .slice(start, start + AT_ONCE)
        .map(({ key, bytes }) => ctx.storage.put(key, bytes, { contentType: 'image/webp' })),
    )
  await transaction(ctx.db, async (tx) => {
    const rows = pictures.map(({ id, userId, purpose, alt, width, height, files: bySize, at }) => ({
      ...{ id, userId, purpose, alt, width, height, status: 'READY' as const, fileName: 'picture.webp' },
      ...{ contentType: 'image/webp', byteSize: bySize.LARGE.length, createdAt: at, sentAt: at, claimedAt: at },
    }))
    if (rows.length > 0) await tx.insert(uploads).values(rows).onConflictDoNothing()
    const faces = pictures.filter(({ purpose }) => purpose === 'AVATAR')
    if (faces.length > 0)
      await tx
        .insert(avatars)
        .values(faces.map(({ userId, id }) => ({ userId, imageId: id })))
        .onConflictDoNothing()
    const entries = works.map(({ id, userId, title, description, imageIds, at }, position) => ({
      ...{ id, userId, kind: 'PORTFOLIO' as const, position, createdAt: at },
      content: { title, description, imageIds, finishedOn: at.toISOString().slice(0, 10) },
    }))
    if (entries.length > 0) await tx.insert(profileEntries).values(entries).onConflictDoNothing()
  })
}
