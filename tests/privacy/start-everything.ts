import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startMailbox } from '@gigraph/dev/mailbox'
import { seedDemo } from '@gigraph/dev/seed'
import { services as definitions, type ServiceName, serviceNames } from '@gigraph/dev/stack'
import { startStripeEmulator } from '@gigraph/dev/stripe'
import type { RunningService } from '@gigraph/shared/service'
import { startTestServices, type TestService } from '@gigraph/shared/testing'

/** All services with the demo's data and a mailbox; events and jobs run when a test says so. */
export const startEverything = async () => {
  const directory = mkdtempSync(join(tmpdir(), 'gigraph-privacy-'))
  const silent = { debug: () => undefined, warn: () => undefined }
  const mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, log: silent })
  const stripe = await startStripeEmulator({
    port: 0,
    secretKey: 'sk_test_of_the_tests',
    webhookSecret: 'whsec_of_the_tests',
    log: { ...silent, info: () => undefined, error: () => undefined },
  })
  const started = await startTestServices(definitions, {
    environment: {
      SMTP_URL: mailbox.smtpUrl,
      UPLOAD_DIRECTORY: directory,
      CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
      KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
      STRIPE_SECRET_KEY: 'sk_test_of_the_tests',
      STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
      STRIPE_API_URL: stripe.url,
      APP_URL: 'https://gigraph.test',
    },
  })
  const services = Object.fromEntries(
    serviceNames.map((name) => [name, started[name] as unknown as TestService]),
  ) as Readonly<Record<ServiceName, TestService>>
  await seedDemo(
    Object.fromEntries(serviceNames.map((name) => [name, services[name].service])) as Record<
      ServiceName,
      RunningService
    >,
    { size: null },
  )
  return {
    services,
    mailbox,
    close: async () => {
      await started.close()
      await mailbox.close()
      await stripe.close()
      rmSync(directory, { recursive: true, force: true })
    },
  }
}

export type Everything = Awaited<ReturnType<typeof startEverything>>
