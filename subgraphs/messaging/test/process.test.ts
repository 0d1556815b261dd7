import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { rows } from '@gigraph/shared/database'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { environmentOf, type Messaging, type ReceivedMail, startMessaging, talk } from './start.ts'

let m: Messaging
let child: ChildProcess
beforeAll(async () => {
  m = await startMessaging()
  const environment = environmentOf(m)
  child = spawn(process.execPath, [fileURLToPath(new URL('../src/main.ts', import.meta.url))], {
    // The queues' own tables need an owner's rights.
    env: {
      ...environment,
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      JOBS_DATABASE_URL: environment.MIGRATION_DATABASE_URL ?? '',
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [line] = await once(createInterface({ input: child.stdout! }), 'line')
  expect(line).toMatch(/^messaging listens on http/)
})
afterAll(async () => {
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  await m.close()
})

test('another process finds the work, asks identity and mails; no job holds an address or a text', async () => {
  const { bob, conversationId } = await talk(m)
  const wait = await fetch(`${m.mailbox.webUrl}/api/messages/wait?to=${encodeURIComponent(bob.email)}&timeoutMs=20000`)
  const mail = (await wait.json()) as ReceivedMail
  expect(mail.subject).toBe('New message from Ann')
  expect(mail.text).toContain('Ann: Hello Bob')
  expect(mail.text).toContain(`https://gigraph.test/messages/${conversationId}`)
  const outboxOf = await rows<{ payload: unknown }>(m.messaging.context.db, sql`select payload from outbox`)
  const held = JSON.stringify(outboxOf)
  expect(held).toContain(conversationId)
  for (const secret of [bob.email, 'Hello Bob']) expect(held).not.toContain(secret)
})
