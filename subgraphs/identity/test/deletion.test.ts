import { seedOrders } from '@gigraph/orders/seed'
import { usd } from '@gigraph/shared/money'
import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteDueAccounts } from '../src/deletion/delete-due-accounts.ts'
import { deadSessions } from '../src/internal.ts'
import { type Identity, Login, PASSWORD, startIdentity } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Delete =
  'mutation ($password: String!) { deleteAccount(input: { password: $password }) { deletionDueAt userErrors { code allowed } } }'
const Cancel = 'mutation { cancelAccountDeletion { viewer { account { deletionDueAt } } userErrors { code } } }'

test('an account is gone after 14 days, with everything that is personal', async () => {
  const { user, client, viewer } = await identity.createLogin({
    displayName: 'Greta Gone',
    handle: 'greta-gone',
    email: 'greta@example.com',
  })
  await identity.createLogin({ displayName: 'Someone Else' })
  await client.query('mutation { createApiKey(input: { name: "robot", scopes: [] }) { secret } }')
  await client.query('mutation { beginTotp { setup { secret } } }')
  await client.query('mutation { requestEmailChange(input: { newEmail: "greta-new@example.com" }) { email } }')
  await identity.anonymous.query('mutation { requestPasswordReset(input: { email: "greta@example.com" }) { email } }')
  await identity.runJobs()
  expect((await client.query(Delete, { password: 'not the password at all' })).deleteAccount.userErrors).toMatchObject([
    { code: 'INVALID_CREDENTIALS' },
  ])
  const due = new Date(identity.clock.now().getTime() + 14 * 86_400_000).toISOString()
  expect((await client.query(Delete, { password: PASSWORD })).deleteAccount).toEqual({
    deletionDueAt: due,
    userErrors: [],
  })
  expect((await client.query(Delete, { password: PASSWORD })).deleteAccount.userErrors).toEqual([
    { code: 'INVALID_STATE', allowed: ['cancelAccountDeletion'] },
  ])
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'Your account will be deleted').text).toContain('14 days')
  await identity.runJob(deleteDueAccounts, {})
  expect((await client.query('{ viewer { account { deletionDueAt } } }')).viewer.account.deletionDueAt).toBe(due)

  identity.clock.advance('14d')
  await Promise.all([identity.runJob(deleteDueAccounts, {}), identity.runJob(deleteDueAccounts, {})])
  expect((await identity.outbox('user.deleted')).filter(({ userId }) => userId === user.id)).toHaveLength(1)
  expect(
    (await identity.anonymous.query(Login, { input: { email: user.email, password: PASSWORD } })).login.userErrors,
  ).toMatchObject([{ code: 'INVALID_CREDENTIALS' }])
  expect((await client.run('{ viewer { account { email } } }')).errors).toMatchObject([
    { extensions: { code: 'UNAUTHENTICATED' } },
  ])
  const reference = `{ _entities(representations: [{ __typename: "User", id: "${user.id}" }]) { ... on User { handle displayName } } }`
  expect(await identity.anonymous.query(reference)).toEqual({
    _entities: [{ handle: expect.stringMatching(/^deleted-/), displayName: 'Deleted user' }],
  })
  expect(await identity.service.procedure(deadSessions.name, { sessionIds: [viewer.sessionId] }, 'test')).toEqual({
    dead: [viewer.sessionId],
  })
  expect(await tablesThatHold('greta')).toEqual([])
  // The control: the same search finds somebody who is still here.
  expect(await tablesThatHold('Someone Else')).toEqual(['users'])
})

test('a deletion can be cancelled until it happens', async () => {
  const { client, user } = await identity.createLogin()
  await client.query(Delete, { password: PASSWORD })
  expect((await client.query(Cancel)).cancelAccountDeletion).toEqual({
    viewer: { account: { deletionDueAt: null } },
    userErrors: [],
  })
  expect((await client.query(Cancel)).cancelAccountDeletion.userErrors).toEqual([{ code: 'INVALID_STATE' }])
  identity.clock.advance('15d')
  await identity.runJob(deleteDueAccounts, {})
  expect((await identity.logIn(user)).viewer.id).toBe(user.id)
})

test('open orders keep an account, at the wish and at the end of the grace', async () => {
  const { client, user } = await identity.createLogin()
  const state = (to: string) =>
    identity.orders.context.db.execute(sql`update orders set state = ${to} where buyer_id = ${user.id}`)
  await order(user.id)
  const { deleteAccount } = await client.query(Delete, { password: PASSWORD })
  expect(deleteAccount).toEqual({ deletionDueAt: null, userErrors: [{ code: 'INVALID_STATE', allowed: [] }] })
  await state('COMPLETED')
  await client.query(Delete, { password: PASSWORD })
  await state('IN_PROGRESS')
  identity.clock.advance('14d')
  await identity.runJob(deleteDueAccounts, {})
  expect((await identity.logIn(user)).viewer.id).toBe(user.id)
  await state('COMPLETED')
  identity.clock.advance('1d')
  await identity.runJob(deleteDueAccounts, {})
  expect(await identity.outbox('user.deleted')).toContainEqual({ userId: user.id })
})

test('what is owed either way keeps an account; points are for their owner to give up', async () => {
  const { client, user } = await identity.createLogin()
  const balance = (kind: string, currency: string, amount: number) =>
    identity.payments.context.db.execute(sql`
      insert into ledger_accounts (code, currency, kind, owner_id, balance_minor, unbounded)
      values (${`${kind}:${user.id}`}, ${currency}, ${kind}, ${user.id}, ${amount}, true)
      on conflict (code, currency) do update set balance_minor = excluded.balance_minor`)
  const ask = async (more = '') =>
    (
      await client.query(
        `mutation ($password: String!) { deleteAccount(input: { password: $password ${more} }) {
          deletionDueAt userErrors { code message } } }`,
        { password: PASSWORD },
      )
    ).deleteAccount
  for (const [kind, amount] of [
    ['seller_pending', 500],
    ['seller_receivable', -500],
  ] as const) {
    await balance(kind, 'USD', amount)
    expect(await ask()).toMatchObject({
      deletionDueAt: null,
      userErrors: [{ code: 'INVALID_STATE', message: expect.stringContaining('$5.00') }],
    })
    await balance(kind, 'USD', 0)
  }
  await balance('points', 'PTS', 37)
  expect((await ask()).userErrors).toMatchObject([{ code: 'INVALID_STATE', message: expect.stringContaining('37') }])
  expect((await ask('forfeitPoints: true')).userErrors).toEqual([])

  await balance('seller_available', 'USD', 1)
  identity.clock.advance('14d')
  await identity.runJob(deleteDueAccounts, {})
  expect((await identity.logIn(user)).viewer.id).toBe(user.id)
})

test('an account that nobody verifies is removed after 30 days, and address and handle are free again', async () => {
  const Register = 'mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code } } }'
  const input = {
    role: 'CLIENT',
    email: 'sat-on@example.com',
    password: PASSWORD,
    handle: 'sat-on',
    displayName: 'Sitter',
    acceptTerms: true,
  }
  await identity.anonymous.query(Register, { input })
  identity.clock.advance('29d')
  await identity.runJob(deleteDueAccounts, {})
  const early = await identity.anonymous.query(Register, { input: { ...input, email: 'owner@example.com' } })
  expect(early.register.userErrors).toEqual([{ code: 'ALREADY_EXISTS' }])
  identity.clock.advance('1d')
  await identity.runJob(deleteDueAccounts, {})
  expect(await tablesThatHold('Sitter')).not.toContain('users')
  await identity.anonymous.query(Register, { input })
  expect((await identity.outbox('user.registered')).filter(({ handle }) => handle === 'sat-on')).toHaveLength(2)
})

test('nobody deletes without being logged in', async () => {
  for (const [document, variables] of [
    [Delete, { password: PASSWORD }],
    [Cancel, {}],
  ] as const)
    expect((await identity.anonymous.run(document, variables)).errors).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
})

/** The tables in which any row holds the text anywhere. */
const tablesThatHold = async (text: string): Promise<string[]> => {
  const { db } = identity.context
  const { rows: tables } = await db.execute<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = 'public' order by 1`,
  )
  const found: string[] = []
  for (const { name } of tables) {
    const { rows } = await db.execute(
      sql`select from ${sql.identifier(name)} as each where each::text ilike ${`%${text}%`} limit 1`,
    )
    if (rows.length > 0) found.push(name)
  }
  return found
}

/** An order in progress of the buyer. */
const order = (buyerId: string) => {
  const { context } = identity.orders
  const terms = {
    sellerId: context.makeId(),
    gigId: null,
    gigVersion: null,
    title: 'A logo',
    description: 'For a bakery.',
    price: usd(5_000),
    lines: [],
    deliveryDays: 3,
    revisions: 1,
    requirements: [],
    milestones: [],
  }
  return seedOrders(context, [{ terms, buyerId, state: 'IN_PROGRESS', placedAt: context.clock.now() }])
}
