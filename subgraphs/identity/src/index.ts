import { openMailer } from '@gigraph/shared/mail'
import { defineSubgraph } from '@gigraph/shared/service'
import { openStorage, storageFaults } from '@gigraph/shared/storage'
import { apiKeyResolvers } from './api-key/resolvers.ts'
import { configuration } from './config.ts'
import type { Extra } from './context.ts'
import { deleteDueAccountsJob } from './deletion/delete-due-accounts.ts'
import { deletionResolvers } from './deletion/resolvers.ts'
import { emailResolvers } from './email/resolvers.ts'
import { askedServices } from './export/archive.ts'
import { exportRoutes } from './export/download.ts'
import { personalData } from './export/personal-data.ts'
import { exportResolvers } from './export/resolvers.ts'
import { exportJobs } from './export/run-exports.ts'
import { factorResolvers } from './factor/resolvers.ts'
import { loginResolvers } from './login/resolvers.ts'
import { mailJobs } from './mail/send-mails.ts'
import { maintenanceJobs } from './maintenance.ts'
import { passkeyResolvers } from './passkey/resolvers.ts'
import { passwordResolvers } from './password/resolvers.ts'
import { procedures } from './procedures.ts'
import { openCounters } from './rate-limit/open-counters.ts'
import { sessionResolvers } from './session/resolvers.ts'
import { onStaffActed } from './staff/on-staff-acted.ts'
import { staffResolvers } from './staff/resolvers.ts'
import { openKeyRing } from './token/key-ring.ts'
import { userResolvers } from './user/resolvers.ts'

/** Who people are and how they prove it. */
export const identityService = defineSubgraph<typeof configuration, Extra>({
  name: 'identity',
  folder: new URL('.', import.meta.url),
  configuration,
  personalData,
  checkConfiguration: storageFaults,
  calls: askedServices,
  resolvers: [
    userResolvers,
    loginResolvers,
    sessionResolvers,
    passwordResolvers,
    emailResolvers,
    factorResolvers,
    passkeyResolvers,
    apiKeyResolvers,
    staffResolvers,
    deletionResolvers,
    exportResolvers,
  ],
  handlers: [onStaffActed],
  jobs: [...mailJobs, ...maintenanceJobs, ...exportJobs, deleteDueAccountsJob],
  procedures,
  appendOnlyTables: ['audit_entries'],
  extend: async ({ db, clock, config, log }) => {
    const keys = await openKeyRing({ db, clock, secret: config.KEY_ENCRYPTION_SECRET })
    const mailer = openMailer({ smtpUrl: config.SMTP_URL, from: config.MAIL_FROM })
    const storage = await openStorage({ config, clock })
    const counters = openCounters({ db, redisUrl: config.REDIS_URL, log })
    const close = async () => {
      mailer.close()
      await counters.close()
      await storage.close()
    }
    return { keys, mailer, storage, counters, close }
  },
  routes: (app, context) => {
    exportRoutes(app, context)
    app.get('/.well-known/jwks.json', async (request, reply) =>
      reply
        .header('cache-control', 'public, max-age=300')
        .type('application/jwk-set+json')
        .send(await context(request.id).keys.publicKeys()),
    )
  },
})
