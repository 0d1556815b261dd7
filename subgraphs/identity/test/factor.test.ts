import { transaction } from '@gigraph/shared/database'
import { eq } from 'drizzle-orm'
import jsQR from 'jsqr'
import { Secret, TOTP, URI } from 'otpauth'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { reseal } from '../src/crypto/reseal.ts'
import { SIGNING_KEY_PURPOSE, unseal } from '../src/crypto/seal.ts'
import { TOTP_PURPOSE } from '../src/factor/totp.ts'
import { recoveryCodes, signingKeys, totpFactors, trustedDevices } from '../src/tables.ts'
import { type Identity, Login, PASSWORD, startIdentity, times, VerifyMfa } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const Begin = 'mutation { beginTotp { setup { secret url } userErrors { code allowed } } }'
const Confirm =
  'mutation ($code: String!) { confirmTotp(input: { code: $code }) { recoveryCodes userErrors { code } } }'
const Disable =
  'mutation ($password: String!) { disableTotp(input: { password: $password }) { mfa { methods } viewer { mfa { methods } } userErrors { code } } }'
const Regenerate = 'mutation { regenerateRecoveryCodes { recoveryCodes userErrors { code } } }'
const SetEmail =
  'mutation ($enabled: Boolean!) { setEmailMfa(input: { enabled: $enabled }) { mfa { methods emailEnabled } userErrors { code } } }'
const ForgetDevice =
  'mutation ($id: ID!) { revokeTrustedDevice(input: { trustedDeviceId: $id }) { mfa { trustedDevices { id } } } }'
const Mfa =
  '{ viewer { mfa { methods totpConfirmedAt emailEnabled recoveryCodesLeft trustedDevices { id device expiresAt } } } }'

const codeOf = (secret: string): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: identity.clock.now().getTime() })
const verify = async (input: Record<string, unknown>) =>
  (await identity.anonymous.query(VerifyMfa, { input })).verifyMfa

/** Somebody with an authenticator app; its first code is used up. */
const withApp = async () => {
  const person = await identity.createLogin()
  const { secret } = (await person.client.query(Begin)).beginTotp.setup
  const { confirmTotp } = await person.client.query(Confirm, { code: codeOf(secret) })
  identity.clock.advance('30s')
  return { ...person, secret, recoveryCodes: confirmTotp.recoveryCodes as string[] }
}

test('an app is set up with a code of it, replaces the mail as first choice, and brings ten recovery codes', async () => {
  const { user, client } = await identity.createLogin()
  const { setup } = (await client.query(Begin)).beginTotp
  expect(setup.url).toMatch(new RegExp(`^otpauth://totp/Gigraph:.*secret=${setup.secret}`))
  expect((await client.query(Mfa)).viewer.mfa).toMatchObject({
    methods: ['EMAIL'],
    totpConfirmedAt: null,
    recoveryCodesLeft: 0,
  })
  expect((await client.query(Confirm, { code: '000000' })).confirmTotp).toEqual({
    recoveryCodes: null,
    userErrors: [{ code: 'INVALID_CODE' }],
  })
  const { confirmTotp } = await client.query(Confirm, { code: codeOf(setup.secret) })
  expect(new Set(confirmTotp.recoveryCodes).size).toBe(10)
  expect((await client.query(Mfa)).viewer.mfa).toMatchObject({
    methods: ['TOTP', 'EMAIL', 'RECOVERY_CODE'],
    totpConfirmedAt: identity.clock.now().toISOString(),
    recoveryCodesLeft: 10,
  })
  const { login } = await identity.anonymous.query(Login, { input: { email: user.email, password: PASSWORD } })
  const mails = identity.mail.to(user.email).length
  await identity.runJobs()
  expect(
    identity.mail
      .to(user.email)
      .slice(mails)
      .map(({ subject }) => subject),
  ).toEqual(['Your second factor was changed'])
  identity.clock.advance('30s')
  expect((await verify({ challengeId: login.challenge.id, code: codeOf(setup.secret) })).userErrors).toEqual([])
  expect((await client.query(Begin)).beginTotp.userErrors).toEqual([
    { code: 'INVALID_STATE', allowed: ['disableTotp'] },
  ])
  expect((await client.query(Confirm, { code: '000000' })).confirmTotp.userErrors).toEqual([{ code: 'INVALID_STATE' }])
})

test('the QR code holds the otpauth URL, from which an app makes codes that are good', async () => {
  const { user, client } = await identity.createLogin()
  const { setup } = (await client.query('mutation { beginTotp { setup { secret url qrCode } } }')).beginTotp
  const [, image = ''] = /^data:image\/svg\+xml;base64,(.+)$/.exec(setup.qrCode) ?? []
  const { data, info } = await sharp(Buffer.from(image, 'base64'))
    .resize(600)
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
  const read = jsQR.default(new Uint8ClampedArray(data), info.width, info.height)?.data ?? ''
  expect(read).toBe(setup.url)
  const app = URI.parse(read)
  expect(app).toBeInstanceOf(TOTP)
  expect(app).toMatchObject({ issuer: 'Gigraph', label: user.email, algorithm: 'SHA1', digits: 6, period: 30 })
  expect(app.secret.bytes.length).toBe(20)
  const code = (app as TOTP).generate({ timestamp: identity.clock.now().getTime() })
  expect((await client.query(Confirm, { code })).confirmTotp.recoveryCodes).toHaveLength(10)
  // The step is used up: the same code opens no login.
  const challengeId = await identity.challenge(user)
  expect((await verify({ challengeId, code })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
})

test('a time step is accepted once, over all challenges and at once', async () => {
  const { user, secret } = await withApp()
  const code = codeOf(secret)
  const challenges = await Promise.all(times(5, () => identity.challenge(user)))
  const answers = await Promise.all(challenges.map((challengeId) => verify({ challengeId, code })))
  expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1)
  expect(answers.flatMap(({ userErrors }) => userErrors)).toEqual(
    times(4, () => expect.objectContaining({ code: 'INVALID_CODE' })),
  )
})

test('codes of the steps before and after are good, older ones are not', async () => {
  const { user, secret } = await withApp()
  const old = codeOf(secret)
  identity.clock.advance('61s')
  expect((await verify({ challengeId: await identity.challenge(user), code: old })).userErrors).toMatchObject([
    { code: 'INVALID_CODE' },
  ])
  const previous = codeOf(secret)
  identity.clock.advance('30s')
  expect((await verify({ challengeId: await identity.challenge(user), code: previous })).userErrors).toEqual([])
})

test('a recovery code works once, however typed, is stored hashed, and its use is told', async () => {
  const { user, recoveryCodes: codes } = await withApp()
  const [code = ''] = codes
  const rows = await identity.context.db.select().from(recoveryCodes).where(eq(recoveryCodes.userId, user.id))
  expect(JSON.stringify(rows)).not.toContain(code)
  const challenges = await Promise.all(times(5, () => identity.challenge(user)))
  const answers = await Promise.all(
    challenges.map((challengeId) => verify({ challengeId, recoveryCode: code.toUpperCase().replaceAll('-', ' ') })),
  )
  expect(answers.filter(({ tokens }) => tokens)).toHaveLength(1)
  await identity.runJobs()
  expect(identity.mail.newest(user.email, 'A recovery code was used').text).toContain(user.displayName)
  const { client } = await identity.logIn(user, { recoveryCode: codes[1] ?? '' })
  expect((await client.query(Mfa)).viewer.mfa.recoveryCodesLeft).toBe(8)
})

test('new recovery codes void the old ones', async () => {
  const { user, client, recoveryCodes: codes } = await withApp()
  const { regenerateRecoveryCodes } = await client.query(Regenerate)
  expect(regenerateRecoveryCodes.recoveryCodes).toHaveLength(10)
  expect((await verify({ challengeId: await identity.challenge(user), recoveryCode: codes[0] })).tokens).toBeNull()
  expect(
    (
      await verify({
        challengeId: await identity.challenge(user),
        recoveryCode: regenerateRecoveryCodes.recoveryCodes[0],
      })
    ).tokens,
  ).not.toBeNull()
  const without = await identity.createLogin()
  expect((await without.client.query(Regenerate)).regenerateRecoveryCodes.userErrors).toEqual([
    { code: 'INVALID_STATE' },
  ])
})

test('at least one factor stays, also when both are taken away at once', async () => {
  const { client } = await withApp()
  await Promise.all([client.query(SetEmail, { enabled: false }), client.query(Disable, { password: PASSWORD })])
  const { methods } = (await client.query(Mfa)).viewer.mfa
  expect(methods.filter((method: string) => method !== 'RECOVERY_CODE')).toHaveLength(1)
  const only = await identity.createLogin()
  expect((await only.client.query(SetEmail, { enabled: false })).setEmailMfa).toEqual({
    mfa: null,
    userErrors: [{ code: 'INVALID_STATE' }],
  })
  expect((await only.client.query(Disable, { password: PASSWORD })).disableTotp.userErrors).toEqual([
    { code: 'INVALID_STATE' },
  ])
})

test('codes by mail turned off are neither sent nor taken', async () => {
  const { user, client } = await withApp()
  const challengeId = await identity.challenge(user)
  const Resend = 'mutation ($id: ID!) { resendMfaCode(input: { challengeId: $id }) { userErrors { code } } }'
  await identity.anonymous.query(Resend, { id: challengeId })
  await identity.runJobs()
  const code = identity.mail.code(user.email)
  expect((await client.query(SetEmail, { enabled: false })).setEmailMfa.mfa).toEqual({
    methods: ['TOTP', 'RECOVERY_CODE'],
    emailEnabled: false,
  })
  expect((await verify({ challengeId, code })).userErrors).toMatchObject([{ code: 'INVALID_CODE' }])
  expect(await identity.anonymous.query(Resend, { id: challengeId })).toEqual({
    resendMfaCode: { userErrors: [{ code: 'NOT_AVAILABLE' }] },
  })
})

test('taking the app away needs the password, and one that may stand alone', async () => {
  const { client, user } = await withApp()
  expect((await client.query(Disable, { password: 'not the password at all' })).disableTotp.userErrors).toEqual([
    { code: 'INVALID_CREDENTIALS' },
  ])
  // With an app eight characters will do.
  const Change = 'mutation ($input: ChangePasswordInput!) { changePassword(input: $input) { userErrors { code } } }'
  expect(await client.query(Change, { input: { currentPassword: PASSWORD, newPassword: 'k7#pW2qz' } })).toEqual({
    changePassword: { userErrors: [] },
  })
  expect((await client.query(Disable, { password: 'k7#pW2qz' })).disableTotp.userErrors).toEqual([
    { code: 'NOT_ALLOWED' },
  ])
  const [row] = await identity.context.db.select().from(totpFactors).where(eq(totpFactors.userId, user.id))
  expect(row?.confirmedAt).not.toBeNull()
})

test('whatever is sealed can be sealed with another secret, all or nothing', async () => {
  const { user, secret } = await withApp()
  const { config, db } = identity.context
  const [from, to] = [config.KEY_ENCRYPTION_SECRET, 'the secret after this one, of no worth elsewhere']
  const resealed = transaction(db, async (tx) => {
    await reseal(tx, { from, to })
    await expect(reseal(tx, { from, to })).rejects.toThrow()
    const [app] = await tx.select().from(totpFactors).where(eq(totpFactors.userId, user.id))
    const keys = await tx.select().from(signingKeys)
    expect(unseal(to, TOTP_PURPOSE, app?.sealedSecret ?? '')).toBe(secret)
    for (const { sealedPrivateJwk } of keys)
      expect(JSON.parse(unseal(to, SIGNING_KEY_PURPOSE, sealedPrivateJwk))).toHaveProperty('d')
    // The other tests go on with the secret that they know.
    throw new Error(`${keys.length} keys, back to the old one`)
  })
  await expect(resealed).rejects.toThrow(/^[1-9]\d* keys, back/)
})

test('a trusted device skips the code for 30 days, not the password, and only for its owner', async () => {
  const { user } = await identity.createLogin()
  const challengeId = await identity.challenge(user)
  const { deviceToken } = await verify({ challengeId, code: identity.mail.code(user.email), trustDevice: true })
  const login = async (email: string, password = PASSWORD) =>
    (await identity.anonymous.query(Login, { input: { email, password, deviceToken } })).login
  expect(await login(user.email)).toMatchObject({ challenge: null, tokens: { accessToken: expect.any(String) } })
  expect(await login(user.email, 'not the password at all')).toMatchObject({
    tokens: null,
    userErrors: [{ code: 'INVALID_CREDENTIALS' }],
  })
  const other = await identity.createUser()
  expect(await login(other.email)).toMatchObject({ challenge: { methods: ['EMAIL'] }, tokens: null })
  const rows = await identity.context.db.select().from(trustedDevices).where(eq(trustedDevices.userId, user.id))
  expect(JSON.stringify(rows)).not.toContain(deviceToken)
  identity.clock.advance('30d')
  expect(await login(user.email)).toMatchObject({ challenge: { methods: ['EMAIL'] }, tokens: null })
})

test('one forgets one’s own devices only', async () => {
  const { user } = await identity.createLogin()
  await verify({ challengeId: await identity.challenge(user), code: identity.mail.code(user.email), trustDevice: true })
  const { client } = await identity.logIn(user)
  const [device] = (await client.query(Mfa)).viewer.mfa.trustedDevices
  const stranger = await identity.createLogin()
  for (const id of [device.id, 'x'])
    expect((await stranger.client.run(ForgetDevice, { id })).errors).toMatchObject([
      { extensions: { code: 'NOT_FOUND' } },
    ])
  expect(await client.query(ForgetDevice, { id: device.id })).toEqual({
    revokeTrustedDevice: { mfa: { trustedDevices: [] } },
  })
})

test('changing how one logs in needs a fresh login, in person', async () => {
  const { client, viewer } = await identity.createLogin()
  const key = identity.as({ ...viewer, kind: 'api_key' })
  const changes: [string, Record<string, unknown>][] = [
    [Begin, {}],
    [Confirm, { code: '123456' }],
    [Disable, { password: PASSWORD }],
    [Regenerate, {}],
    [SetEmail, { enabled: true }],
    ['mutation ($e: String!) { requestEmailChange(input: { newEmail: $e }) { email } }', { e: 'x@example.com' }],
    ['mutation ($t: String!) { confirmEmailChange(input: { token: $t }) { viewer { id } } }', { t: 'x' }],
    [
      'mutation ($p: String!) { changePassword(input: { currentPassword: $p, newPassword: $p }) { viewer { id } } }',
      { p: PASSWORD },
    ],
    ['mutation { createApiKey(input: { name: "x", scopes: [] }) { secret } }', {}],
  ]
  for (const [document, variables] of changes)
    expect((await key.run(document, variables)).errors, document).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  identity.clock.advance('16m')
  for (const [document, variables] of changes) {
    expect((await client.run(document, variables)).errors, document).toMatchObject([
      { extensions: { code: 'FORBIDDEN', reason: 'FRESH_LOGIN_REQUIRED' } },
    ])
    expect((await identity.anonymous.run(document, variables)).errors, document).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
  }
})
