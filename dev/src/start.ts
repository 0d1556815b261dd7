import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { ConfigurationError } from '@gigraph/shared/config'
import type { Stack } from './stack/stack.ts'
import { readStartConfiguration } from './start-config.ts'

/** `npm start`: the whole system on this machine, with demo data, until Ctrl-C. */

const root = fileURLToPath(new URL('../../', import.meta.url))
const startedAt = performance.now()

type Accounts = readonly { readonly role: string; readonly email: string; readonly password: string }[]

const table = (rows: readonly (readonly [string, string])[]): string => {
  const width = Math.max(...rows.map(([name]) => name.length))
  return rows.map(([name, value]) => `  ${name.padEnd(width)}  ${value}`).join('\n')
}

const announce = (stack: Stack, accounts: Accounts): void => {
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1)
  console.log(`\nGigraph is ready after ${seconds} s.\n`)
  console.log(
    table([
      ['GraphQL (HTTP, WebSocket)', stack.graphqlUrl],
      ['Playground', `${stack.graphqlUrl} (in a browser)`],
      ['Example of a client', stack.appUrl],
      ...Object.entries(stack.serviceUrls).map(([name, url]) => [`Service ${name}`, url] as const),
      ['Mailbox', stack.mailboxUrl ?? 'real mail (SMTP_URL)'],
      ...(stack.mailboxUrl
        ? [
            ['Mail previews', `${stack.mailboxUrl}/previews`] as const,
            ['Webhooks, received', `${stack.mailboxUrl}/webhooks`] as const,
          ]
        : []),
      [
        'Stripe',
        stack.stripeUrl ? `${stack.stripeUrl} (emulator; card 4242 4242 4242 4242)` : 'real (STRIPE_SECRET_KEY)',
      ],
      ['Jobs', stack.jobsBoardUrl],
    ]),
  )
  console.log('\nDemo accounts; the code of each login is in the mailbox:\n')
  console.log(table(accounts.map(({ role, email, password }) => [role, `${email}  ${password}`] as const)))
  console.log('\nCtrl-C stops everything; the data stay in .data/. "npm run reset" starts over.')
}

const run = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { services: { type: 'boolean', default: false }, size: { type: 'string' } },
  })
  const { dataDirectory, logLevel, replacements, size, telemetry } = readStartConfiguration(values.size, root)
  if (!existsSync(join(root, 'gateway/supergraph.graphql')))
    throw new Error('gateway/supergraph.graphql is missing; run "pnpm compose"')
  // Only now: a fault in what we were told is told before the whole system is loaded.
  await import('./imports/index.ts')
  const { startStack } = await import('./stack/start-stack.ts')
  const { demoAccounts } = await import('./seed/accounts.ts')
  const { demoTabs } = await import('./seed/tabs.ts')
  const { removeUnfinishedDemo, whileUnfinished } = await import('./data.ts')
  const tell = (line: string) => console.error(line)
  const place = { dataDirectory, databaseUrl: replacements.databaseUrl }
  await removeUnfinishedDemo(place, tell)
  const stack = await startStack({
    topology: values.services ? 'services' : 'process',
    dataDirectory,
    ports: 'usual',
    replacements,
    logLevel,
    telemetry,
    tabs: demoTabs,
    seed: async (services) => {
      const { isEmpty, seedDemo } = await import('./seed/index.ts')
      if (await isEmpty(services)) await whileUnfinished(place, () => seedDemo(services, { size, tell }))
    },
    tell,
  })
  announce(stack, demoAccounts)

  let stopping = false
  const stop = () => {
    if (stopping) return
    stopping = true
    console.log('\nStopping …')
    stack.close().then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`gigraph: did not stop in order: ${String(error)}`)
        process.exit(1)
      },
    )
  }
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
}

/** Of a statement that failed, what the database said of it: Drizzle's own message is the statement, which may be pages long. */
const reasonOf = (error: Error): string =>
  'query' in error && error.cause instanceof Error ? error.cause.message : error.message

run().catch((error: unknown) => {
  const known = error instanceof ConfigurationError || (error instanceof Error && error.name === 'PostgresFailure')
  console.error(
    `gigraph: ${known || !(error instanceof Error) || !process.env.LOG_LEVEL ? reasonOf(error as Error) : error.stack}`,
  )
  process.exit(1)
})
