import { z } from 'zod'
import { defineProcedure } from '../service/procedure.ts'
import { uploadPurposes } from './purposes.ts'

const service = 'profiles'
const id = z.uuid()
const ids = z.array(id).max(100)

const file = z.object({
  id,
  /** As its owner called it; never a path. */
  fileName: z.string(),
  contentType: z.string(),
  /** As announced until the file was checked, then as stored. */
  byteSize: z.int(),
})

/**
 * Keeps sent files of somebody's for the resource that names them; files that nobody claims within 24 hours are deleted. All or
 * none: with `refused`, nothing was claimed. The same claim again has the same answer, so call it before the transaction that
 * keeps the ids, and again when that is repeated. A claimed file stays until {@link releaseUploads}, however many resources name
 * it. Pictures may be claimed while they are still worked on: their `Image.status` says how it went.
 */
export const claimUploads = defineProcedure({
  service,
  name: 'claimUploads',
  input: z.object({ ownerId: id, uploadIds: ids, purpose: z.enum(uploadPurposes) }),
  output: z.discriminatedUnion('claimed', [
    /** In the order of `uploadIds`. */
    z.object({ claimed: z.literal(true), files: z.array(file) }),
    z.object({
      claimed: z.literal(false),
      refused: z.array(
        z.object({
          id,
          /**
           * UNKNOWN: no such upload of the owner's (another person's is as unknown as none). WRONG_PURPOSE: begun for something
           * else. NOT_SENT: no bytes have arrived. UNUSABLE: the bytes are not what they were said to be, or too large.
           */
          reason: z.enum(['UNKNOWN', 'WRONG_PURPOSE', 'NOT_SENT', 'UNUSABLE']),
        }),
      ),
    }),
  ]),
})

/**
 * Deletes files that no resource names any more, claimed or not. Unknown ids are fine, so a repeated call is. Only whoever claimed
 * them for a resource of its own may release them: the caller answers for that.
 */
export const releaseUploads = defineProcedure({
  service,
  name: 'releaseUploads',
  input: z.object({ uploadIds: ids }),
  output: z.object({}),
})

/**
 * Makes somebody the owner of files that another person uploaded for them: work that was paid for stays when who made it leaves, and
 * goes with whom it belongs to. Files that are gone, or are not `fromId`'s, stay as they are, so a repeated call does no harm.
 */
export const handOverUploads = defineProcedure({
  service,
  name: 'handOverUploads',
  input: z.object({ uploadIds: ids, fromId: id, toId: id }),
  output: z.object({}),
})

/**
 * Links to private files, for the one to whom the owner of the resource shows them: whoever calls has authorized that. Valid for
 * 10 minutes, as downloads. Unknown ids and public pictures are absent.
 */
export const attachmentLinks = defineProcedure({
  service,
  name: 'attachmentLinks',
  input: z.object({ uploadIds: ids }),
  output: z.object({
    files: z.array(
      file.extend({
        /** `PROCESSING` while the content is checked; `FAILED` when it was not what it was said to be. */
        status: z.enum(['PROCESSING', 'READY', 'FAILED']),
        /** Null unless READY. */
        url: z.url().nullable(),
      }),
    ),
  }),
})
