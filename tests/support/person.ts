import { randomBytes } from 'node:crypto'
import type { Stack } from '@gigraph/dev/stack'
import { expect } from 'vitest'
import { createGraphClient, type GraphClient } from './client.ts'
import { waitForMail } from './mailbox.ts'

const Register = /* GraphQL */ `
  mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code message field } } }`
const VerifyEmail = /* GraphQL */ `
  mutation ($input: VerifyEmailInput!) { verifyEmail(input: $input) { user { handle } userErrors { code message } } }`
const Login = /* GraphQL */ `
  mutation ($input: LoginInput!) { login(input: $input) { challenge { id methods } userErrors { code } } }`
const VerifyMfa = /* GraphQL */ `
  mutation ($input: VerifyMfaInput!) {
    verifyMfa(input: $input) { tokens { accessToken refreshToken accessTokenExpiresAt } userErrors { code } }
  }`

export interface Person {
  readonly id: string
  readonly email: string
  readonly handle: string
  readonly password: string
  readonly accessToken: string
  readonly refreshToken: string
  readonly client: GraphClient
}

/** Registers, verifies the address with the link in the mail, logs in with the code in the mail: as a person would. */
export const join = async (stack: Stack, role: 'CLIENT' | 'FREELANCER', name: string): Promise<Person> => {
  const nobody = createGraphClient(stack.graphqlUrl, null)
  const handle = `${name.toLowerCase()}-${randomBytes(4).toString('hex')}`
  const account = { email: `${handle}@example.com`, password: `correct horse ${handle}`, handle }

  const input = { ...account, role, displayName: `${name} Tester`, acceptTerms: true }
  const { register } = await nobody.query(Register, { input })
  expect(register.userErrors).toEqual([])

  const early = await nobody.query(Login, { input: { email: account.email, password: account.password } })
  expect(early.login.userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])

  const verification = await waitForMail(stack.mailboxUrl, account.email, 'Verify your e-mail address')
  const token = /verify-email\?token=([\w.~%-]+)/.exec(verification.text)?.[1]
  const { verifyEmail } = await nobody.query(VerifyEmail, { input: { token: decodeURIComponent(token ?? '') } })
  expect(verifyEmail).toMatchObject({ user: { handle }, userErrors: [] })

  return logIn(stack, account, role)
}

interface Account {
  readonly email: string
  readonly password: string
  readonly handle: string
}

/** Logs in with the code in the mail. */
export const logIn = async (stack: Stack, account: Account, role: string): Promise<Person> => {
  const nobody = createGraphClient(stack.graphqlUrl, null)
  const { login } = await nobody.query(Login, { input: { email: account.email, password: account.password } })
  expect(login.userErrors).toEqual([])
  const mail = await waitForMail(stack.mailboxUrl, account.email, 'Your Gigraph code')
  const code = /^\s*(\d{6})\s*$/m.exec(mail.text)?.[1]
  const { verifyMfa } = await nobody.query(VerifyMfa, { input: { challengeId: login.challenge.id, code } })
  expect(verifyMfa.userErrors).toEqual([])

  const { accessToken, refreshToken } = verifyMfa.tokens
  const client = createGraphClient(stack.graphqlUrl, accessToken)
  const { viewer } = await client.query('{ viewer { id user { handle } account { email roles } } }')
  expect(viewer).toMatchObject({ user: { handle: account.handle }, account: { email: account.email, roles: [role] } })
  return { ...account, id: viewer.id, accessToken, refreshToken, client }
}
