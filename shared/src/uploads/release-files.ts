import { z } from 'zod'
import { defineJob } from '../jobs/index.ts'
import type { ServiceContext } from '../service/context.ts'
import { releaseUploads } from './procedures.ts'

/** The job in which a service tells profiles that nothing there names these files any more. */
export const releaseFilesJob = (queue: string) =>
  defineJob({ name: 'release-files', queue, schema: z.object({ uploadIds: z.array(z.uuid()) }) })

/** Tells it. Repeatable, so it may be tried until profiles answers. */
export const runReleaseFiles = async (
  ctx: Pick<ServiceContext, 'call'>,
  { uploadIds }: { readonly uploadIds: string[] },
): Promise<void> => {
  await ctx.call(releaseUploads, { uploadIds })
}
