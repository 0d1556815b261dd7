import { ordersService } from '@gigraph/orders'
import { paymentsService } from '@gigraph/payments'
import type { Role, Viewer } from '@gigraph/shared/auth'
import { startTestServices } from '@gigraph/shared/testing'
import { decodeJwt } from 'jose'
import { identityService } from '../src/index.ts'
import { type SeedUser, seedIdentity } from '../src/seed.ts'
import { createBelongings, createSessions } from './create-sessions.ts'
import { startMailSink } from './mail-sink.ts'
import { runWaitingJobs } from './run-waiting-jobs.ts'

export const PASSWORD = 'four quiet otters swim'

export const Login = /* GraphQL */ `mutation ($input: LoginInput!) { login(input: $input) {
  challenge { id methods expiresAt } tokens { accessToken } userErrors { code message field } } }`
export const VerifyMfa = /* GraphQL */ `mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) {
  tokens { accessToken accessTokenExpiresAt refreshToken refreshTokenExpiresAt } deviceToken userErrors { code message field } } }`

/** Identity with a mail server, and people that can log in. Every call of `as(…)` and `anonymous` comes from 127.0.0.1. */
export const startIdentity = async (environment: Readonly<Record<string, string>> = {}) => {
  const mail = await startMailSink()
  const services = await startTestServices(
    { identity: identityService, orders: ordersService, payments: paymentsService },
    {
      environment: {
        SMTP_URL: mail.url,
        CODE_HMAC_SECRET: 'a secret of the tests: codes, of no worth elsewhere',
        KEY_ENCRYPTION_SECRET: 'a secret of the tests: keys, of no worth elsewhere',
        APP_URL: 'https://gigraph.test',
        STRIPE_SECRET_KEY: 'sk_test_of_the_tests',
        STRIPE_WEBHOOK_SECRET: 'whsec_of_the_tests',
        ...environment,
      },
    },
  )
  const { identity } = services
  const { context } = identity
  let people = 0

  const runJobs = () => runWaitingJobs(context, identity.service)

  const createUser = async (values: Partial<SeedUser> = {}): Promise<SeedUser> => {
    people += 1
    const user: SeedUser = {
      id: context.makeId(),
      email: `person-${people}@example.com`,
      handle: `person-${people}`,
      displayName: `Person ${people}`,
      roles: ['CLIENT'],
      password: PASSWORD,
      ...values,
    }
    await seedIdentity(context, [user])
    return user
  }

  /** Up to the challenge; the code is in the mail then. */
  const challenge = async (user: SeedUser): Promise<string> => {
    const { login } = await identity.anonymous.query(Login, { input: { email: user.email, password: user.password } })
    if (!login.challenge) throw new Error(`no challenge: ${JSON.stringify(login)}`)
    await runJobs()
    return login.challenge.id
  }

  /** Logs in with password and second factor: the mailed code, or what is given. */
  const logIn = async (user: SeedUser, factor?: { readonly code: string } | { readonly recoveryCode: string }) => {
    const challengeId = await challenge(user)
    const answer = factor ?? { code: mail.code(user.email) }
    const { verifyMfa } = await identity.anonymous.query(VerifyMfa, { input: { challengeId, ...answer } })
    if (!verifyMfa.tokens) throw new Error(`no tokens: ${JSON.stringify(verifyMfa)}`)
    const tokens: { accessToken: string; accessTokenExpiresAt: string; refreshToken: string } = verifyMfa.tokens
    const viewer = viewerOf(tokens.accessToken)
    return { ...tokens, viewer, client: identity.as(viewer) }
  }

  return {
    ...identity,
    orders: services.orders,
    payments: services.payments,
    mail,
    runJobs,
    createUser,
    challenge,
    logIn,
    /** People with the given roles in living sessions, without the pains of logging in. */
    createSessions: (roles: readonly (readonly Role[])[]) => createSessions(context, roles),
    /** A session, a key and a trusted device of somebody. */
    createBelongings: (viewer: Viewer) => createBelongings(context, viewer),
    /** A new user, logged in. */
    createLogin: async (values: Partial<SeedUser> = {}) => {
      const user = await createUser(values)
      return { user, ...(await logIn(user)) }
    },
    close: async () => {
      await services.close()
      await mail.close()
    },
  }
}

export type Identity = Awaited<ReturnType<typeof startIdentity>>

/** Whom the gateway would see behind an access token. */
export const viewerOf = (accessToken: string): Viewer => {
  const { sub = '', sid, roles, scope, auth_time } = decodeJwt(accessToken)
  return {
    id: sub,
    kind: 'session',
    sessionId: String(sid),
    roles: roles as string[],
    scopes: String(scope).split(' '),
    authenticatedAt: Number(auth_time),
  }
}

export const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index))
