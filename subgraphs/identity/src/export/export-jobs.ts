import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

const schema = z.object({ dataExportId: z.uuid() })

/** Asks every service and writes the archive. A service that is down makes it try again, over about 17 minutes; then the sweep does. */
export const collectDataExport = defineJob({
  name: 'collect-data-export',
  queue: 'identity.exports',
  attempts: 10,
  schema,
})

/** Mints the link to a finished archive and mails it. */
export const sendDataExportMail = defineJob({ name: 'send-data-export-mail', queue: 'mail', attempts: 10, schema })

/** Deletes archives whose link has ended, and begins again what got stuck. */
export const sweepDataExports = defineJob({
  name: 'sweep-data-exports',
  queue: 'identity.deadlines',
  every: '15m',
  schema: z.object({}),
})
