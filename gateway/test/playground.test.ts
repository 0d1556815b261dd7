import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startGateway } from './start-gateway.ts'

const CHROMIUM = '/usr/bin/chromium'

const openPage = async () => {
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-background-networking', '--disable-gpu'],
  })
  onTestFinished(() => browser.close())
  const page = await browser.newPage({ viewport: { width: 1400, height: 900 } })
  const problems: string[] = []
  const hosts = new Set<string>()
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  page.on('request', (request) => {
    const { protocol, host } = new URL(request.url())
    if (protocol.startsWith('http')) hosts.add(host)
  })
  return { page, problems, hosts }
}

describe.runIf(existsSync(CHROMIUM))('playground', () => {
  it('runs queries and subscriptions in a browser, from our own files only', { timeout: 60_000 }, async () => {
    const gateway = await startGateway({
      playground: {
        title: 'Things',
        tabs: [
          {
            name: 'Say hello',
            query: 'query Hello($name: String) { hello(name: $name) }',
            variables: '{"name":"Ada"}',
          },
          { name: 'Watch numbers', query: 'subscription Numbers { numbers }' },
          { name: 'Log in', query: 'query LogIn { accessToken: hello(name: "token") }' },
        ],
      },
    })
    const { page, problems, hosts } = await openPage()
    await page.goto(gateway.url)
    const run = page.getByRole('button', { name: /Execute query/ })
    await run.waitFor({ timeout: 30_000 })
    await page.locator('.graphiql-query-editor .view-line').first().waitFor()
    await run.click()
    // Monaco draws spaces as no-break spaces, and pieces of a line apart from each other.
    const answer = async () => (await page.locator('.result-window').textContent())?.replaceAll('\u00a0', ' ')
    await expect.poll(answer, { timeout: 15_000 }).toContain('Hello, Ada!')

    await page.getByRole('tab', { name: 'Numbers' }).click()
    await run.click()
    await expect.poll(() => gateway.observed.events.listeners, { timeout: 15_000 }).toBe(1)
    gateway.observed.events.emit(4711)
    await expect.poll(answer, { timeout: 15_000 }).toContain('4711')
    // Whoever has logged in stays so in the other tabs.
    const sent: (string | undefined)[] = []
    page.on('request', (request) => {
      if (request.method() === 'POST') sent.push(request.headers().authorization)
    })
    await page.getByRole('tab', { name: 'LogIn' }).click()
    await run.click()
    await expect.poll(answer, { timeout: 15_000 }).toContain('Hello, token!')
    await page.getByRole('tab', { name: 'Hello' }).click()
    await run.click()
    await expect.poll(() => sent, { timeout: 15_000 }).toEqual([undefined, 'Bearer Hello, token!'])
    const screenshot = process.env.PLAYGROUND_SCREENSHOT
    if (screenshot) await page.screenshot({ path: screenshot })

    expect(problems).toEqual([])
    expect([...hosts]).toEqual([new URL(gateway.url).host])
  })
})
