import { existsSync } from 'node:fs'
import { type BrowserContext, chromium, type Page, type WebSocketRoute } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { waitForMail } from '../support/mailbox.ts'
import * as documents from './documents.ts'
import { type Walk, within } from './scene.ts'

const CHROMIUM = '/usr/bin/chromium'

/** Lets a test cut the page's WebSockets and keep them from coming back. */
const breakable = async (page: Page) => {
  let isDown = false
  const open = new Set<WebSocketRoute>()
  await page.routeWebSocket(/graphql/, async (socket) => {
    if (isDown) return socket.close({ code: 1012 })
    open.add(socket)
    socket.connectToServer()
  })
  return {
    goDown: async () => {
      isDown = true
      await Promise.all([...open].map((socket) => socket.close({ code: 1012 })))
    },
    comeBack: () => {
      isDown = false
    },
  }
}

/** The client again, now in a browser with the example of a React client; without Chromium this is skipped. */
export const describeBrowsing = (walk: Walk) =>
  describe.runIf(existsSync(CHROMIUM))('in a browser', () => {
    let context: BrowserContext
    const problems: string[] = []
    beforeAll(async () => {
      const browser = await chromium.launch({
        executablePath: CHROMIUM,
        args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
      })
      context = await browser.newContext()
      context.on('weberror', (error) => problems.push(error.error().message))
    }, 30_000)
    afterAll(() => context.browser()?.close())

    const open = async (place: string) => {
      const page = await context.newPage()
      await page.goto(`${walk.stack.appUrl}/${place}`)
      return page
    }

    test('whoever logs in stays so after a reload, with nothing that a script could steal', {
      timeout: 60_000,
    }, async () => {
      const earlier = await waitForMail(walk.stack.mailboxUrl, walk.client.email, 'Your Gigraph code')
      const page = await open('log-in')
      await page.getByLabel('E-mail').fill(walk.client.email)
      await page.getByLabel('Password').fill('not the password')
      await page.getByRole('button', { name: 'Log in' }).click()
      await page.getByRole('alert').waitFor()
      await page.getByLabel('Password').fill(walk.client.password)
      await page.getByRole('button', { name: 'Log in' }).click()
      const mail = await waitForMail(walk.stack.mailboxUrl, walk.client.email, 'Your Gigraph code', earlier.id)
      await page.getByLabel('The code from the mail').fill(/^\s*(\d{6})\s*$/m.exec(mail.text)?.[1] ?? '')
      await page.getByRole('button', { name: 'Verify' }).click()
      await page.getByRole('button', { name: 'Log out Cleo Tester' }).waitFor()
      expect(await page.evaluate('document.cookie + JSON.stringify(localStorage)')).toBe('{}')
      await page.reload()
      await page.getByRole('button', { name: 'Log out Cleo Tester' }).waitFor()
      await page.close()
    })

    test('the gig is found, asked about, and answered live', { timeout: 60_000 }, async () => {
      const page = await open('')
      const network = await breakable(page)
      await page.getByRole('searchbox').fill('lighthouse')
      await page.getByText('1 gigs').waitFor()
      await page.getByRole('link', { name: documents.gigInput.title }).click()
      await page.getByPlaceholder('Ask the seller').fill('Do you also draw harbours?')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('Do you also draw harbours?').waitFor()
      const conversationId = page.url().split('/').at(-1)
      const answer = (body: string) =>
        walk.freelancer.client.query(documents.SendMessage, { input: { conversationId, body } })
      await answer('With pleasure.')
      await page.getByText('With pleasure.').waitFor()

      // What is written while the socket is down is there when it is up again, once and in order.
      await network.goDown()
      await answer('Two drafts?')
      network.comeBack()
      await page.getByText('Two drafts?').waitFor()
      await answer('Or three?')
      await page.getByText('Or three?').waitFor()
      await page.getByPlaceholder('Write a message').fill('Three.')
      await page.getByRole('button', { name: 'Send' }).click()
      await page.getByText('Three.').waitFor()
      expect(await page.getByRole('listitem').allTextContents()).toEqual([
        'Do you also draw harbours?',
        'With pleasure.',
        'Two drafts?',
        'Or three?',
        'Three.',
      ])
      await page.close()
    })

    test('an order leads to the checkout, once', { timeout: 60_000 }, async () => {
      const page = await open(`gigs/${walk.gigId}`)
      await page.getByRole('button', { name: 'Order for $120.00' }).dblclick()
      await page.getByLabel('E-mail').fill(walk.client.email)
      await page.getByLabel('Card number').fill('4242 4242 4242 4242')
      await page.getByLabel('Expiry').fill('12 / 40')
      await page.getByLabel('CVC').fill('123')
      await page.getByRole('button', { name: /^Pay/ }).click()
      // The webhook comes when it comes: the page hears of it live.
      await page.getByText('awaiting requirements').first().waitFor()
      await page.close()
      const bought = async () => (await walk.client.client.query(documents.Purchases)).viewer.orders.nodes
      await expect
        .poll(async () => (await bought()).map(({ state }: { state: string }) => state), within)
        .toEqual(['AWAITING_REQUIREMENTS', 'COMPLETED'])
    })

    test('whoever logs out is nobody, also after a reload', { timeout: 60_000 }, async () => {
      const page = await open('messages')
      await page.getByRole('button', { name: 'Log out Cleo Tester' }).click()
      await page.getByRole('link', { name: 'Log in' }).waitFor()
      await page.goto(`${walk.stack.appUrl}/messages`)
      await page.getByText('Log in to see this.').waitFor()
      await page.close()
    })

    test('nothing failed in the page', () => expect(problems).toEqual([]))
  })
