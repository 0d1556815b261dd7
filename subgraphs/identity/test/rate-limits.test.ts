import { hasRedis, startRedis } from '@gigraph/shared/testing'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rateLimits } from '../src/tables.ts'
import { type Identity, Login, PASSWORD, startIdentity, times, VerifyMfa } from './start-identity.ts'

if (!hasRedis()) process.stdout.write('skipped on Redis: there is no redis-server\n')

const Register = 'mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code } } }'
const Reset = 'mutation ($email: String!) { requestPasswordReset(input: { email: $email }) { email } }'
const Resend = 'mutation ($email: String!) { resendVerificationEmail(input: { email: $email }) { email } }'
const ResendCode = 'mutation ($id: ID!) { resendMfaCode(input: { challengeId: $id }) { userErrors { code } } }'

/** The same limits, wherever they are counted. */
const stores = [
  ['PostgreSQL', true],
  ['Redis', hasRedis()],
] as const

describe.for(stores)('limits counted in %s', ([store, isThere]) => {
  describe.runIf(isThere)('hold', () => {
    let identity: Identity
    let redis: Awaited<ReturnType<typeof startRedis>> | null = null
    beforeAll(async () => {
      redis = store === 'Redis' ? await startRedis() : null
      identity = await startIdentity(redis ? { REDIS_URL: redis.url } : {})
    })
    afterAll(async () => {
      await identity.close()
      await redis?.stop()
    })

    const from = async (address: string, query: string, variables: Record<string, unknown>) => {
      const caller = { viewer: null, address, userAgent: 'test' }
      const { data, errors } = await identity.service.execute({ query, variables, caller, requestId: 'test' })
      // biome-ignore lint/suspicious/noExplicitAny: the shape is that of the document
      return { data: data as any, code: errors?.[0]?.extensions.code ?? null }
    }
    const limited = (answers: readonly { readonly code: unknown }[]) =>
      answers.filter(({ code }) => code === 'RATE_LIMITED').length

    test('they are counted there', async () => {
      await from('203.0.113.1', Login, { input: { email: 'somebody@example.com', password: PASSWORD } })
      const rows = await identity.context.db.$count(rateLimits)
      if (store === 'Redis') expect(rows).toBe(0)
      else expect(rows).toBeGreaterThan(0)
    })

    test('login: ten wrong passwords for one account from one place, a right one forgives, the window ends', async () => {
      const user = await identity.createUser()
      const guess = (password: string) => from('203.0.113.2', Login, { input: { email: user.email, password } })
      for (const wrong of times(9, () => 'a wrong password here')) await guess(wrong)
      expect((await guess(PASSWORD)).data.login.challenge).not.toBeNull()
      const answers = await Promise.all(times(25, () => guess('a wrong password here')))
      expect(limited(answers)).toBe(15)
      expect((await guess(PASSWORD)).code).toBe('RATE_LIMITED')
      identity.clock.advance('15m')
      expect((await guess(PASSWORD)).data.login.challenge).not.toBeNull()
    })

    test('second factor: three hundred tries from one place', async () => {
      const input = { challengeId: identity.context.makeId(), code: '123456' }
      const answers: { code: unknown }[] = []
      for (const batch of times(31, () => times(10, () => input)))
        answers.push(...(await Promise.all(batch.map((each) => from('203.0.113.3', VerifyMfa, { input: each })))))
      expect(limited(answers)).toBe(10)
    })

    test('codes: five for one login', async () => {
      const id = await identity.challenge(await identity.createUser())
      const answers = await Promise.all(times(8, () => from('203.0.113.4', ResendCode, { id })))
      expect(answers.filter(({ data }) => data.resendMfaCode.userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(3)
    })

    test('reset, resend and sign-up together: five mails an hour to an address, whoever asks for them', async () => {
      const user = await identity.createUser()
      const registration = (index: number) => ({
        role: 'CLIENT',
        email: user.email,
        password: 'seven loud herons sing',
        handle: `mailer-${index}`,
        displayName: 'Mallory',
        acceptTerms: true,
      })
      await Promise.all([
        ...times(5, (index) => from(`203.0.113.${index}`, Reset, { email: user.email })),
        ...times(5, (index) => from(`198.51.100.${index}`, Register, { input: registration(index) })),
        ...times(5, (index) => from(`192.0.2.${index}`, Resend, { email: user.email })),
      ])
      await identity.runJobs()
      // A verified address gets no verification mail; what was asked for counts all the same.
      expect(identity.mail.to(user.email).length).toBeLessThanOrEqual(5)
      const before = identity.mail.to(user.email).length
      await from('203.0.113.99', Reset, { email: user.email })
      await identity.runJobs()
      expect(identity.mail.to(user.email)).toHaveLength(before)
      // What strangers have used up is not what a login needs.
      expect((await identity.logIn(user)).viewer.id).toBe(user.id)
      identity.clock.advance('61m')
      await from('203.0.113.99', Reset, { email: user.email })
      await identity.runJobs()
      expect(identity.mail.newest(user.email, 'Choose a new password').text).toContain('token=')
    })

    test('sign-up, resend and reset: a hundred an hour from one place', async () => {
      const registration = (index: number) => ({
        role: 'CLIENT',
        email: `crowd-${index}@example.com`,
        password: 'seven loud herons sing',
        handle: `crowd-${index}`,
        displayName: 'Crowd',
        acceptTerms: true,
      })
      const answers: { code: unknown }[] = []
      for (let batch = 0; batch < 7; batch += 1)
        answers.push(
          ...(await Promise.all([
            ...times(7, (index) => from('203.0.113.200', Reset, { email: `reset-${batch}-${index}@example.com` })),
            ...times(7, (index) => from('203.0.113.200', Resend, { email: `resend-${batch}-${index}@example.com` })),
          ])),
        )
      expect(limited(answers)).toBe(0)
      const last = await Promise.all(
        times(5, (index) => from('203.0.113.200', Register, { input: registration(index) })),
      )
      expect(limited(last)).toBe(3)
      expect(limited([await from('203.0.113.201', Register, { input: registration(9) })])).toBe(0)
    })

    if (store === 'PostgreSQL') return
    test('while Redis is away they are counted in PostgreSQL', async () => {
      const user = await identity.createUser()
      await redis?.stop()
      redis = null
      const guess = (password: string) => from('203.0.113.5', Login, { input: { email: user.email, password } })
      const answers: { code: unknown }[] = []
      for (const wrong of times(12, () => 'a wrong password here')) answers.push(await guess(wrong))
      expect(limited(answers)).toBe(2)
      expect(await identity.context.db.$count(rateLimits)).toBeGreaterThan(0)
    })
  })
})
