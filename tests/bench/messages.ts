import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@gigraph/dev/postgres'
import { type RunningServices, type Stack, startStack } from '@gigraph/dev/stack'
import { seedIdentity } from '@gigraph/identity/seed'
import { makeId } from '@gigraph/shared/time'
import { createGraphClient, type GraphClient } from '../support/client.ts'
import { waitForMail } from '../support/mailbox.ts'

/**
 * `pnpm bench:messages`: how long after `sendMessage` was answered the other side's socket has the message, through the gateway of the
 * whole system in one process. Five people write to one in turns, 18 messages each, because more than 20 a minute are refused. A message
 * that is there before the answer counts as 0 ms.
 */

const SENDERS = 5
const EACH = 18
const BOUND_MS = 100
const PASSWORD = 'four quiet otters swim'

const say = (line: string) => process.stdout.write(`${line}\n`)
const silent = () => undefined
const quantile = (values: readonly number[], part: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN

const people = Array.from({ length: SENDERS + 1 }, (_, index) => ({
  ...{ id: makeId(), email: `bench-${index}@example.com`, handle: `bench-${index}`, displayName: 'Bench' },
  ...{ roles: ['CLIENT'] as const, password: PASSWORD },
}))

const logIn = async ({ graphqlUrl, mailboxUrl }: Stack, email: string): Promise<GraphClient> => {
  const nobody = createGraphClient(graphqlUrl, null)
  const input = { email, password: PASSWORD }
  const { login } = await nobody.query(
    'mutation ($input: LoginInput!) { login(input: $input) { challenge { id } userErrors { code } } }',
    { input },
  )
  const code = /^\s*(\d{6})\s*$/m.exec((await waitForMail(mailboxUrl, email, 'Your Gigraph code')).text)?.[1]
  const { verifyMfa } = await nobody.query(
    'mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) { tokens { accessToken } userErrors { code } } }',
    { input: { challengeId: login.challenge.id, code } },
  )
  return createGraphClient(graphqlUrl, verifyMfa.tokens.accessToken)
}

const Start = `mutation ($input: StartConversationInput!) { startConversation(input: $input) { conversation { id } userErrors { code } } }`
const Send = `mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id } userErrors { code } } }`
const Added = `subscription ($id: ID!) { messageAdded(conversationId: $id, afterSequence: 0) { id body sender { id handle } } }`

/** Sends one message after the other and answers how long each was on its way after its answer (ms). */
const measure = async (sender: GraphClient, reader: GraphClient, readerId: string): Promise<number[]> => {
  const { startConversation } = await sender.query(Start, { input: { participantId: readerId, message: 'Hello' } })
  const conversationId = startConversation.conversation.id
  const stream = reader.subscribe(Added, { id: conversationId })
  // What was there already arrives when the socket listens.
  await stream.next()
  const waits: number[] = []
  for (let index = 0; index < EACH; index += 1) {
    const arrival = stream.next().then(({ value }) => {
      if (value.errors) throw new Error(JSON.stringify(value.errors))
      return performance.now()
    })
    await sender.query(Send, { input: { conversationId, body: `message ${index}` } })
    const answeredAt = performance.now()
    waits.push(Math.max(0, (await arrival) - answeredAt))
  }
  await stream.return?.()
  return waits
}

const directory = mkdtempSync(join(tmpdir(), 'gigraph-bench-messages-'))
const log = { debug: silent, info: silent, error: say }
const server = await startPostgres({
  ...{ dataDirectory: join(directory, 'postgres'), port: 0, password: 'bench-only', persistent: false, log },
})
try {
  const stack = await startStack({
    ...{ topology: 'process', dataDirectory: join(directory, 'stack'), ports: 'free', databasePrefix: 'bench' },
    logLevel: 'fatal',
    replacements: { databaseUrl: server.url },
    seed: (services: RunningServices) =>
      seedIdentity(services.identity.systemContext() as Parameters<typeof seedIdentity>[0], people),
  })
  const clients = []
  for (const { email } of people) clients.push(await logIn(stack, email))
  const [reader, ...senders] = clients
  const [{ id: readerId } = { id: '' }] = people
  if (!reader) throw new Error('nobody reads')
  const waits: number[] = []
  for (const sender of senders) waits.push(...(await measure(sender, reader, readerId)))
  const p50 = quantile(waits, 0.5)
  say(
    `${waits.length} messages, from the answer of sendMessage to the other side's socket: p50 ${p50.toFixed(1)} ms, p95 ${quantile(waits, 0.95).toFixed(1)} ms, ${p50 <= BOUND_MS ? 'within' : 'NOT within'} ${BOUND_MS} ms`,
  )
  if (p50 > BOUND_MS) process.exitCode = 1
  for (const client of clients) await client.close()
  await stack.close()
} finally {
  await server.stop()
  rmSync(directory, { recursive: true, force: true })
}
