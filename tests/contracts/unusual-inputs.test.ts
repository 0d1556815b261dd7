import { type ServiceName, serviceNames, services } from '@gigraph/dev/stack'
import { startStripeEmulator } from '@gigraph/dev/stripe'
import { describeUnusualInputs, person, startTestServices, type TestService } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe } from 'vitest'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const start = async () => {
  const stripe = { secretKey: 'sk_test_of_the_tests', webhookSecret: 'whsec_of_the_tests' }
  const emulator = await startStripeEmulator({ port: 0, ...stripe, log: silent })
  const started = await startTestServices(services, {
    environment: {
      SMTP_URL: 'smtp://127.0.0.1:9',
      CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
      KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
      STRIPE_SECRET_KEY: stripe.secretKey,
      STRIPE_WEBHOOK_SECRET: stripe.webhookSecret,
      STRIPE_API_URL: emulator.url,
      APP_URL: 'https://gigraph.test',
    },
  })
  return {
    of: (name: ServiceName) => started[name] as unknown as TestService,
    close: async () => {
      await started.close()
      await emulator.close()
    },
  }
}
let running: Awaited<ReturnType<typeof start>>
beforeAll(async () => {
  running = await start()
}, 60_000)
afterAll(() => running.close())

/** These have tests of their own, with things behind every id. */
const DEEPER: readonly ServiceName[] = ['profiles', 'marketplace', 'orders', 'payments']
const viewer = person('CLIENT', 'FREELANCER', 'TOOL_CREATOR', 'SUPPORT', 'ADMIN')

describe.each(serviceNames.filter((name) => !DEEPER.includes(name)))('%s', (name) => {
  describeUnusualInputs({
    definition: services[name],
    service: () => running.of(name),
    scene: async () => ({ viewer }),
    with: {},
  })
})
