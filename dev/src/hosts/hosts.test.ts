import { request } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { startApp } from '../app/index.ts'
import { startJobsBoard } from '../jobs-board/index.ts'
import { startMailbox } from '../mailbox/index.ts'
import { startStripeEmulator } from '../stripe/index.ts'

/** The status of a GET that names the given host. */
const statusFor = (url: string, host: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const sent = request(url, { headers: { host } }, (response) => {
      response.resume()
      resolve(response.statusCode)
    })
    sent.once('error', reject).end()
  })

const closeAtTheEnd = <Closable extends { close(): Promise<void> }>(opened: Closable): Closable => {
  onTestFinished(() => opened.close())
  return opened
}

const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }
const stripe = { port: 0, secretKey: 'sk_test_hosts', webhookSecret: 'whsec_hosts' }

const pages: Readonly<Record<string, () => Promise<string>>> = {
  mailbox: async () => closeAtTheEnd(await startMailbox({ smtpPort: 0, httpPort: 0, log })).webUrl,
  'mailbox API': async () =>
    `${closeAtTheEnd(await startMailbox({ smtpPort: 0, httpPort: 0, log })).webUrl}/api/messages`,
  'jobs board': async () => closeAtTheEnd(await startJobsBoard({ port: 0, queues: [], basePath: '/jobs' })).url,
  'Stripe emulator': async () => closeAtTheEnd(await startStripeEmulator(stripe)).url,
  'pages that mails lead to': async () =>
    `${closeAtTheEnd(await startApp({ port: 0, graphqlUrl: 'http://127.0.0.1:9' })).url}/orders/1`,
}

test.each(Object.entries(pages))(
  'the %s answers for this machine only, whatever name points to it',
  async (_, open) => {
    const url = await open()
    const { port } = new URL(url)
    for (const host of ['localhost', `127.0.0.1:${port}`, `[::1]:${port}`, `mail.localhost:${port}`])
      expect(await statusFor(url, host), host).toBeLessThan(400)
    for (const host of [
      'attacker.example',
      `attacker.example:${port}`,
      'localhost.attacker.example',
      '127.0.0.1.attacker.example',
      '10.0.0.1',
    ])
      expect(await statusFor(url, host), host).toBe(421)
  },
)

test('the emulator answers for its public address too', async () => {
  const { url } = closeAtTheEnd(await startStripeEmulator({ ...stripe, publicUrl: 'https://pay.example/stripe' }))
  expect(await statusFor(url, 'pay.example')).toBeLessThan(400)
  expect(await statusFor(url, 'other.example')).toBe(421)
})
