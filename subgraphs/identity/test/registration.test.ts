import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Identity, PASSWORD, startIdentity, times } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Register = /* GraphQL */ `mutation ($input: RegisterInput!) { register(input: $input) { email userErrors { code message field } } }`
const Resend = /* GraphQL */ `mutation ($email: String!) { resendVerificationEmail(input: { email: $email }) { email userErrors { code } } }`
const Verify = /* GraphQL */ `mutation ($token: String!) { verifyEmail(input: { token: $token }) { user { id } userErrors { code field } } }`

let people = 0
const registration = (values: Record<string, unknown> = {}) => {
  people += 1
  return {
    role: 'CLIENT',
    email: `new-${people}@example.com`,
    password: PASSWORD,
    handle: `new-${people}`,
    displayName: 'Nora New',
    acceptTerms: true,
    ...values,
  }
}
const register = async (values: Record<string, unknown> = {}) =>
  (await identity.anonymous.query(Register, { input: registration(values) })).register

test.each([
  ['email', { email: 'a@b.example\r\nBcc: c@d.example' }],
  ['email', { email: 'a@b.example, c@d.example' }],
  ['email', { email: 'a(comment)@b.example' }],
  ['email', { email: 'Ann <a@b.example>' }],
  ['email', { email: '"a b"@b.example' }],
  ['email', { email: `${'a'.repeat(250)}@b.example` }],
  ['password', { password: 'fourteen chars' }],
  ['password', { password: 'passwordpassword' }],
  ['password', { password: 'x'.repeat(1_001) }],
  ['password', { password: 'Margaret Atwood42', displayName: 'Margaret Atwood' }],
  ['password', { password: 'margaret.atwood@example.com', email: 'margaret.atwood@example.com' }],
  ['handle', { handle: 'a' }],
  ['handle', { handle: 'admin' }],
  ['handle', { handle: 'a b c' }],
  ['displayName', { displayName: '  ' }],
  ['displayName', { displayName: 'Ann\u202egnp' }],
  ['displayName', { displayName: '<b>Ann</b>' }],
  ['timeZone', { timeZone: 'Mars/Olympus' }],
  ['locale', { locale: 'not a locale' }],
  ['acceptTerms', { acceptTerms: false }],
])('a bad %s is refused at its field: %o', async (field, values) => {
  expect(await register(values)).toEqual({
    email: null,
    userErrors: [{ code: 'VALIDATION', message: expect.any(String), field: ['input', field] }],
  })
})

test('staff roles and unknown fields are no part of the input', async () => {
  for (const values of [{ role: 'ADMIN' }, { roles: ['ADMIN'] }, { emailVerified: true }]) {
    const { errors } = await identity.anonymous.run(Register, { input: registration(values) })
    expect(errors, JSON.stringify(values)).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }])
  }
})

test('any Unicode and any length up to 1,000 make a password, and none of it is cut', async () => {
  const password = `${'🦦 otters — 水獺 '.repeat(20)}end`
  const input = registration({ password })
  await identity.anonymous.query(Register, { input })
  await identity.runJobs()
  await identity.anonymous.query(Verify, { token: identity.mail.token(input.email, 'Verify your e-mail address') })
  const Login = 'mutation ($input: LoginInput!) { login(input: $input) { challenge { id } userErrors { code } } }'
  const wrong = await identity.anonymous.query(Login, {
    input: { email: input.email, password: password.slice(0, -1) },
  })
  expect(wrong.login.userErrors).toEqual([{ code: 'INVALID_CREDENTIALS' }])
  // The same text as another keyboard composes it.
  const { login } = await identity.anonymous.query(Login, {
    input: { email: input.email, password: password.normalize('NFD') },
  })
  expect(login.challenge).not.toBeNull()
})

test('an address in use answers as a new one, its owner is told, and nothing else gives it away', async () => {
  const owner = await identity.createUser()
  const handle = 'sneaky'
  const answer = await register({ email: owner.email.toUpperCase(), handle })
  expect(answer).toEqual({ email: owner.email, userErrors: [] })
  await identity.runJobs()
  expect(identity.mail.to(owner.email).map(({ subject }) => subject)).toEqual(['You already have an account'])
  const lookup = 'query ($handle: String) { user(handle: $handle) { id } }'
  const fresh = registration()
  await identity.anonymous.query(Register, { input: fresh })
  for (const taken of [handle, fresh.handle]) {
    expect(await identity.anonymous.query(lookup, { handle: taken })).toEqual({ user: null })
    expect(await register({ handle: taken })).toMatchObject({
      userErrors: [{ code: 'ALREADY_EXISTS', field: ['input', 'handle'] }],
    })
  }
  expect((await identity.outbox('user.registered')).filter((event) => event.handle === handle)).toEqual([])
})

test('twenty registrations of one address at once make one account', async () => {
  const email = 'crowd@example.com'
  const answers = await Promise.all(times(20, (index) => register({ email, handle: `crowd-${index}` })))
  expect(answers).toEqual(times(20, () => ({ email, userErrors: [] })))
  const events = (await identity.outbox('user.registered')).filter((event) => event.handle.startsWith('crowd-'))
  expect(events).toHaveLength(1)
})

test('twenty registrations of one handle at once: one gets it', async () => {
  const answers = await Promise.all(times(20, () => register({ handle: 'popular' })))
  expect(answers.filter((answer) => answer.userErrors.length === 0)).toHaveLength(1)
  expect(answers.flatMap((answer) => answer.userErrors)).toEqual(
    times(19, () => expect.objectContaining({ code: 'ALREADY_EXISTS', field: ['input', 'handle'] })),
  )
})

test('a link works once, for 24 hours, and the newest voids the others once used', async () => {
  const input = registration()
  await identity.anonymous.query(Register, { input })
  await identity.runJobs()
  const first = identity.mail.token(input.email, 'Verify your e-mail address')
  await identity.anonymous.query(Resend, { email: input.email })
  await identity.runJobs()
  const second = identity.mail.token(input.email, 'Verify your e-mail address')
  expect(second).not.toBe(first)
  const answers = await Promise.all(times(20, () => identity.anonymous.query(Verify, { token: second })))
  expect(answers.filter(({ verifyEmail }) => verifyEmail.user)).toHaveLength(1)
  const used = await identity.anonymous.query(Verify, { token: first })
  expect(used.verifyEmail).toEqual({ user: null, userErrors: [{ code: 'EXPIRED', field: ['input', 'token'] }] })

  const late = registration()
  await identity.anonymous.query(Register, { input: late })
  await identity.runJobs()
  identity.clock.advance('86401s')
  const { verifyEmail } = await identity.anonymous.query(Verify, {
    token: identity.mail.token(late.email, 'Verify your e-mail address'),
  })
  expect(verifyEmail.userErrors).toMatchObject([{ code: 'EXPIRED' }])
})

test('nobody can make us send more than five mails an hour to an address; unknown addresses get none and the same answer', async () => {
  const input = registration()
  await identity.anonymous.query(Register, { input })
  for (let index = 0; index < 10; index += 1)
    expect(await identity.anonymous.query(Resend, { email: input.email })).toEqual({
      resendVerificationEmail: { email: input.email, userErrors: [] },
    })
  await identity.runJobs()
  expect(identity.mail.to(input.email)).toHaveLength(5)
  identity.clock.advance('61m')
  await identity.anonymous.query(Resend, { email: input.email })
  await identity.anonymous.query(Resend, { email: 'nobody@example.com' })
  await identity.runJobs()
  expect(identity.mail.to(input.email)).toHaveLength(6)
  expect(identity.mail.to('nobody@example.com')).toEqual([])
})

test('one address on the network can guess only so often; the others and the own machine go on', async () => {
  const guess = async (address: string) => {
    const { errors } = await identity.service.execute({
      query: 'mutation { verifyEmail(input: { token: "guess" }) { userErrors { code } } }',
      caller: { viewer: null, address, userAgent: 'test' },
      requestId: 'test',
    })
    return errors?.[0]?.extensions.code ?? 'answered'
  }
  const answers: unknown[] = []
  for (let batch = 0; batch < 31; batch += 1)
    answers.push(...(await Promise.all(times(10, () => guess('203.0.113.77')))))
  expect(answers.filter((answer) => answer === 'answered')).toHaveLength(300)
  expect(answers.filter((answer) => answer === 'RATE_LIMITED')).toHaveLength(10)
  expect(await guess('203.0.113.78')).toBe('answered')
  for (let batch = 0; batch < 31; batch += 1)
    expect(new Set(await Promise.all(times(10, () => guess('127.0.0.1'))))).toEqual(new Set(['answered']))
  identity.clock.advance('15m')
  expect(await guess('203.0.113.77')).toBe('answered')
})

test('wherever an address is given, only one plain address is taken', async () => {
  const { client } = await identity.createLogin()
  const staff = await identity.createLogin({ roles: ['ADMIN'] })
  const asks: [string, Identity['anonymous'], string, Record<string, unknown>][] = [
    ['requestPasswordReset', identity.anonymous, 'email', {}],
    ['resendVerificationEmail', identity.anonymous, 'email', {}],
    ['requestEmailChange', client, 'newEmail', {}],
    [
      'createAdmin',
      staff.client,
      'email',
      { password: 'seven loud herons sing', handle: 'plain-1', displayName: 'Plain' },
    ],
    ['inviteStaff', staff.client, 'email', { role: 'SUPPORT', handle: 'plain-2', displayName: 'Plain' }],
  ]
  const bad = [
    'a@b.example\r\nBcc: c@d.example',
    'a@b.example\nRCPT TO:<c@d.example>',
    'a@b.example, c@d.example',
    'a@b.example;c@d.example',
    'a(comment)@b.example',
    'Ann <a@b.example>',
    '"a b"@b.example',
    'a@[127.0.0.1]',
    'a@b',
    'ä@b.example',
    ' a@b.example',
  ]
  for (const [name, who, field, others] of asks) {
    const type = `${name.charAt(0).toUpperCase()}${name.slice(1)}Input`
    for (const address of bad) {
      const data = await who.query(
        `mutation ($input: ${type}!) { result: ${name}(input: $input) { userErrors { code field } } }`,
        { input: { ...others, [field]: address } },
      )
      expect(data.result.userErrors, `${name}: ${JSON.stringify(address)}`).toEqual([
        { code: 'VALIDATION', field: ['input', field] },
      ])
    }
  }
})
