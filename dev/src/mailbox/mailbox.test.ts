import { createHmac } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTransport } from 'nodemailer'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { readMailPreviews } from '../stack/mail-previews.ts'
import { type Mailbox, type Message, startMailbox } from './index.ts'

const warnings: string[] = []
const log = { debug: () => undefined, warn: (message: string) => warnings.push(message) }

let mailbox: Mailbox
let directory: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gigraph-mailbox-'))
  mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, directory, log })
})

afterEach(async () => {
  await mailbox.close()
  await rm(directory, { recursive: true, force: true })
})

const send = async (to: string, subject: string, more: { html?: string; bcc?: string } = {}) => {
  const transport = createTransport(mailbox.smtpUrl)
  await transport.sendMail({
    from: 'Gigraph <no-reply@gigraph.example>',
    to,
    subject,
    text: `Grüße: ${subject}`,
    headers: { 'List-Unsubscribe': '<https://gigraph.example/u/1>' },
    ...more,
  })
  transport.close()
}

const get = async (path: string) => {
  const response = await fetch(`${mailbox.webUrl}${path}`)
  return { status: response.status, headers: response.headers, body: await response.text() }
}

const list = async (query = ''): Promise<Message[]> => JSON.parse((await get(`/api/messages${query}`)).body)

describe('a received mail', () => {
  it('is shown with its parts, its headers and all its recipients', async () => {
    await send('Ada@example.com', 'Your code is 123456', { html: '<p>123456</p>', bcc: 'audit@example.com' })
    const [message] = await list()
    expect(message).toMatchObject({
      from: 'no-reply@gigraph.example',
      to: ['ada@example.com', 'audit@example.com'],
      subject: 'Your code is 123456',
      headers: { 'list-unsubscribe': '<https://gigraph.example/u/1>' },
    })
    expect(message?.text).toContain('Grüße')
    expect(message?.html).toContain('<p>123456</p>')
    expect(JSON.parse((await get(`/api/messages/${message?.id}`)).body)).toEqual(message)
  })

  it('is shown without scripts and without the network', async () => {
    await send('a@example.com', 'x', { html: '<script>alert(1)</script>' })
    const [message] = await list()
    const { headers } = await get(`/api/messages/${message?.id}/html`)
    expect(headers.get('content-security-policy')).toMatch(/^sandbox allow-popups [^;]*; default-src 'none'/)
    expect(headers.get('content-security-policy')).not.toContain('allow-scripts')
  })

  it('is listed newest first, by recipient, by subject and up to a limit', async () => {
    await send('a@example.com', 'First')
    await send('b@example.com', 'Second')
    await send('a@example.com', 'Third')
    expect((await list()).map(({ subject }) => subject)).toEqual(['Third', 'Second', 'First'])
    expect((await list('?to=A@example.com')).map(({ subject }) => subject)).toEqual(['Third', 'First'])
    expect((await list('?subject=seco')).map(({ subject }) => subject)).toEqual(['Second'])
    expect((await list('?limit=1')).map(({ subject }) => subject)).toEqual(['Third'])
    expect(await list('?to=example.com')).toEqual([])
  })
})

describe('waiting', () => {
  it('ends when the matching mail arrives and not before', async () => {
    await send('a@example.com', 'Old code')
    const [old] = await list()
    const waiting = get(`/api/messages/wait?to=a@example.com&subject=code&after=${old?.id}&timeoutMs=20000`)
    await send('b@example.com', 'New code')
    await send('a@example.com', 'Welcome')
    await send('a@example.com', 'New code')
    expect(JSON.parse((await waiting).body)).toMatchObject({ to: ['a@example.com'], subject: 'New code' })
  })

  it('gives the newest that is there when no id is given', async () => {
    await send('a@example.com', 'One')
    await send('a@example.com', 'Two')
    expect(JSON.parse((await get('/api/messages/wait?to=a@example.com')).body).subject).toBe('Two')
  })

  it('answers 408 when nothing comes, 400 to nonsense', async () => {
    expect((await get('/api/messages/wait?to=nobody@example.com&timeoutMs=50')).status).toBe(408)
    expect((await get('/api/messages/wait?timeoutMs=soon')).status).toBe(400)
    expect((await get('/api/messages/1')).status).toBe(404)
  })
})

it('keeps mails and growing ids over a restart, and passes over a broken file', async () => {
  await send('a@example.com', 'Before')
  const [before] = await list()
  await mailbox.close()
  await writeFile(join(directory, '0.json'), '{"id":')
  mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, directory, log })
  expect(warnings.at(-1)).toContain('0.json')
  await send('a@example.com', 'After')
  const [after, kept] = await list()
  expect(kept).toEqual(before)
  expect(after && before && after.id > before.id).toBe(true)
})

it('removes everything for good', async () => {
  await send('a@example.com', 'Gone')
  expect((await fetch(`${mailbox.webUrl}/api/messages`, { method: 'DELETE' })).status).toBe(204)
  expect(await list()).toEqual([])
  await mailbox.close()
  mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, directory, log })
  expect(await list()).toEqual([])
})

it('keeps the newest 1,000', async () => {
  const transport = createTransport({ ...smtpAddress(), pool: true, maxConnections: 5 })
  const numbers = Array.from({ length: 1_003 }, (_, number) => number)
  await Promise.all(
    numbers.map((number) => transport.sendMail({ from: 'x@x.example', to: 'a@example.com', subject: `${number}` })),
  )
  transport.close()
  expect(await list('?limit=1000')).toHaveLength(1_000)
}, 30_000)

const smtpAddress = () => {
  const { hostname, port } = new URL(mailbox.smtpUrl)
  return { host: hostname, port: Number(port) }
}

it('refuses a mail over 10 MiB and says why', async () => {
  const transport = createTransport(mailbox.smtpUrl)
  const sent = transport.sendMail({ from: 'x@x.example', to: 'a@example.com', text: 'x'.repeat(11 * 1024 * 1024) })
  await expect(sent).rejects.toThrow(/exceeds|size/)
  transport.close()
  expect(await list()).toEqual([])
})

it('tells an open page of each mail, and closes while the page is open', async () => {
  const page = await get('/')
  expect(page.body).toContain('/page.js')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  const response = await fetch(`${mailbox.webUrl}/api/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  await send('a@example.com', 'Live')
  let heard = ''
  while (!heard.includes('event: message')) heard += (await reader?.read())?.value ?? ''
  const [message] = await list()
  expect(heard).toContain(`data: ${message?.id}`)
  await mailbox.close()
  expect((await reader?.read())?.done).toBe(true)
})

it('shows every mail of the services in every language, as HTML and as text', async () => {
  await mailbox.close()
  mailbox = await startMailbox({ smtpPort: 0, httpPort: 0, log, previews: readMailPreviews })
  const list = await get('/previews')
  const paths = [...list.body.matchAll(/href="(\/previews\/[^"]+)"/g)].map(([, path = '']) => path)
  expect(paths).toContain('/previews/identity/verification/de')
  expect(paths).toContain('/previews/messaging/digest/en/text')
  const pages = await Promise.all(paths.map((path) => get(path)))
  expect(pages.map(({ status }) => status)).toEqual(paths.map(() => 200))
  expect((await get('/previews/identity/verification/de')).headers.get('content-security-policy')).toContain('sandbox')
  expect((await get('/previews/identity/verification/fr')).status).toBe(404)
})

it('shows the webhooks that it is sent, and whether they are signed with a given secret', async () => {
  const secret = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`
  const body = '{"type":"order.started","data":{"note":"<b>"}}'
  const proof = createHmac('sha256', 'a secret of the tests').update(`1.1700000000.${body}`).digest('base64')
  const headers = {
    'content-type': 'application/json',
    'webhook-id': '1',
    'webhook-timestamp': '1700000000',
    'webhook-signature': `v1,AAAA v1,${proof}`,
  }
  const sent = await fetch(`${mailbox.webUrl}/webhooks/shop`, { method: 'POST', headers, body })
  expect(sent.status).toBe(204)
  expect(JSON.parse((await get('/api/webhooks')).body)).toMatchObject([{ path: '/webhooks/shop', id: '1', body }])
  const page = await get(`/webhooks?secret=${encodeURIComponent(secret)}`)
  expect(page.body).toContain('<td>good</td>')
  expect(page.body).toContain('&lt;b&gt;')
  expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
  expect((await get('/webhooks?secret=whsec_AAAA')).body).toContain('of another secret')
})

it('takes other ports when the wanted ones are taken', async () => {
  const wanted = { smtpPort: smtpAddress().port, httpPort: Number(new URL(mailbox.webUrl).port) }
  const second = await startMailbox({ ...wanted, log })
  expect(second.smtpUrl).not.toBe(mailbox.smtpUrl)
  expect(second.webUrl).not.toBe(mailbox.webUrl)
  await second.close()
})
