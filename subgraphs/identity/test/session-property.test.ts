import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { keyedHash } from '../src/crypto/secrets.ts'
import { deadSessions } from '../src/internal.ts'
import { CODE_PURPOSE } from '../src/login/challenge.ts'
import { saveCode } from '../src/login/challenge-store.ts'
import { type Identity, Login, PASSWORD, startIdentity, VerifyMfa, viewerOf } from './start-identity.ts'

let identity: Identity
let staff: Awaited<ReturnType<Identity['createLogin']>>
beforeAll(async () => {
  identity = await startIdentity()
  staff = await identity.createLogin({ roles: ['ADMIN'] })
})
afterAll(() => identity.close())

const CODE = '271828'
const codes = (result: { readonly userErrors: readonly { readonly code: string }[] }) =>
  result.userErrors.map(({ code }) => code)

/** One thing that somebody does; numbers pick among the sessions, tokens and open logins that there are. */
type Act =
  | { readonly kind: 'begin' }
  | { readonly kind: 'suspend' }
  | { readonly kind: 'reinstate' }
  | {
      readonly kind: 'finish' | 'refresh' | 'logout' | 'everywhere' | 'everywhere else' | 'change'
      readonly pick: number
    }
  | { readonly kind: 'revoke'; readonly pick: number; readonly target: number }

const pick = fc.nat({ max: 1_000 })
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ kind: 'begin' as const }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('finish' as const), pick }) },
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('refresh' as const), pick }) },
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('logout' as const, 'everywhere' as const, 'everywhere else' as const, 'change' as const),
      pick,
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('revoke' as const), pick, target: pick }) },
  { weight: 2, arbitrary: fc.constantFrom({ kind: 'suspend' as const }, { kind: 'reinstate' as const }) },
)
/** What happens at once, and how long it is until the next things. */
const batches = fc.array(
  fc.record({ acts: fc.array(act, { minLength: 1, maxLength: 4 }), pauseSeconds: fc.constantFrom(0, 0, 1, 12) }),
  { minLength: 2, maxLength: 6 },
)

/** Two sessions and a login that waits for its code: so that what follows has something to end. */
const opening: readonly { readonly acts: readonly Act[]; readonly pauseSeconds: number }[] = [
  { acts: [{ kind: 'begin' }, { kind: 'begin' }, { kind: 'begin' }], pauseSeconds: 0 },
  {
    acts: [
      { kind: 'finish', pick: 0 },
      { kind: 'finish', pick: 1 },
    ],
    pauseSeconds: 0,
  },
]

interface KnownSession {
  readonly id: string
  readonly accessToken: string
  readonly tokens: { readonly value: string; usedAt: number | null }[]
}

/** One person, what they and others hold, and what of it must be dead. */
const play = async (script: readonly { readonly acts: readonly Act[]; readonly pauseSeconds: number }[]) => {
  const user = await identity.createUser()
  const sessions: KnownSession[] = []
  const challenges: string[] = []
  const deadSessionIds = new Set<string>()
  const deadChallenges = new Set<string>()
  let password = PASSWORD
  let changes = 0
  let suspended = false
  const now = () => identity.clock.now().getTime()
  const at = <T>(list: readonly T[], index: number): T | undefined => list[index % Math.max(1, list.length)]
  const clientOf = (session: KnownSession) => identity.as(viewerOf(session.accessToken))

  const open = (tokens: { accessToken: string; refreshToken: string }): KnownSession => ({
    id: viewerOf(tokens.accessToken).sessionId,
    accessToken: tokens.accessToken,
    tokens: [{ value: tokens.refreshToken, usedAt: null }],
  })

  /** Does it. Returns what is known to have happened after all that was done at the same time. */
  const perform = async (one: Act): Promise<() => void> => {
    const nothing = () => {}
    const [oldSessions, oldChallenges] = [[...sessions], [...challenges]]
    const killAll = (except?: KnownSession) => () => {
      // Logins of the same moment came from passwords that were given before: they end with the others.
      for (const session of sessions) if (session !== except) deadSessionIds.add(session.id)
      for (const challenge of oldChallenges) deadChallenges.add(challenge)
    }
    if (one.kind === 'begin') {
      const { login } = await identity.anonymous.query(Login, { input: { email: user.email, password } })
      const given = password
      if (!login.challenge) return nothing
      const id: string = login.challenge.id
      const codeHmac = keyedHash(identity.context.config.CODE_HMAC_SECRET, CODE_PURPOSE, id, CODE)
      await saveCode(identity.context.db, id, { codeHmac, codeExpiresAt: new Date(now() + 600_000) })
      challenges.push(id)
      return () => {
        // Its password is none any more: somebody changed it at the same moment.
        if (given !== password) deadChallenges.add(id)
      }
    }
    if (one.kind === 'finish') {
      const challengeId = at(oldChallenges, one.pick)
      if (!challengeId) return nothing
      const { verifyMfa } = await identity.anonymous.query(VerifyMfa, { input: { challengeId, code: CODE } })
      if (!verifyMfa.tokens) return nothing
      expect(deadChallenges.has(challengeId), 'a login was finished that should be dead').toBe(false)
      sessions.push(open(verifyMfa.tokens))
      return () => void deadChallenges.add(challengeId)
    }
    if (one.kind === 'suspend' || one.kind === 'reinstate') {
      const name = one.kind === 'suspend' ? 'suspendUser' : 'reinstateUser'
      const data = await staff.client.query(
        `mutation ($id: ID!) { result: ${name}(input: { userId: $id, reason: "a property" }) { userErrors { code } } }`,
        { id: user.id },
      )
      if (codes(data.result).length > 0) return nothing
      if (one.kind === 'suspend') return killAll()
      return nothing
    }
    const session = at(oldSessions, one.pick)
    if (!session) return nothing
    if (one.kind === 'refresh') {
      const token = at(session.tokens, one.pick) ?? session.tokens[0]
      if (!token) return nothing
      const stolen = token.usedAt !== null && now() - token.usedAt > 10_000
      const { refreshSession } = await identity.anonymous.query(
        'mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken refreshToken } userErrors { code } } }',
        { t: token.value },
      )
      if (stolen) expect(refreshSession.tokens, 'a token was good twice').toBeNull()
      if (!refreshSession.tokens) return () => void (stolen && deadSessionIds.add(session.id))
      expect(deadSessionIds.has(session.id), 'a dead session was refreshed').toBe(false)
      const { refreshToken } = refreshSession.tokens
      return () => {
        token.usedAt ??= now()
        if (session.tokens.every(({ value }) => value !== refreshToken))
          session.tokens.push({ value: refreshToken, usedAt: null })
      }
    }
    if (one.kind === 'logout') {
      await identity.anonymous.query('mutation ($t: String!) { logout(input: { refreshToken: $t }) { loggedOut } }', {
        t: at(session.tokens, one.pick)?.value,
      })
      return () => void deadSessionIds.add(session.id)
    }
    if (one.kind === 'revoke') {
      const target = at(oldSessions, one.target)
      const { errors } = await clientOf(session).run(
        'mutation ($id: ID!) { revokeSession(input: { sessionId: $id }) { userErrors { code } } }',
        { id: target?.id },
      )
      return () => void (!errors && target && deadSessionIds.add(target.id))
    }
    if (one.kind === 'change') {
      changes += 1
      const newPassword = `four quiet otters swim, number ${changes}`
      const { data, errors } = await clientOf(session).run(
        'mutation ($i: ChangePasswordInput!) { changePassword(input: $i) { userErrors { code } } }',
        { i: { currentPassword: password, newPassword } },
      )
      if (errors || codes(data.changePassword).length > 0) return nothing
      password = newPassword
      return killAll(session)
    }
    const keepCurrent = one.kind === 'everywhere else'
    const { errors } = await clientOf(session).run(
      'mutation ($keep: Boolean!) { logoutEverywhere(input: { keepCurrent: $keep }) { endedSessions } }',
      { keep: keepCurrent },
    )
    return errors ? nothing : killAll(keepCurrent ? session : undefined)
  }

  const check = async () => {
    const ids = sessions.map(({ id }) => id)
    const { dead } = (await identity.service.procedure(deadSessions.name, { sessionIds: ids }, 'test')) as {
      dead: string[]
    }
    const expected = suspended ? ids : ids.filter((id) => deadSessionIds.has(id))
    expect(expected.filter((id) => !dead.includes(id))).toEqual([])
    return dead
  }

  for (const { acts, pauseSeconds } of script) {
    const known = await Promise.all(acts.map(perform))
    for (const learn of known) learn()
    const { account } = (
      await staff.client.query('query ($id: ID!) { user(id: $id) { account { status } } }', { id: user.id })
    ).user
    suspended = account.status === 'SUSPENDED'
    await check()
    identity.clock.advance(`${pauseSeconds}s`)
  }

  // Nothing that anybody still holds opens what is dead.
  const dead = new Set(await check())
  for (const session of sessions.filter(({ id }) => dead.has(id))) {
    for (const { value } of session.tokens) {
      const { refreshSession } = await identity.anonymous.query(
        'mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken } userErrors { code } } }',
        { t: value },
      )
      expect(refreshSession).toEqual({ tokens: null, userErrors: [{ code: 'EXPIRED' }] })
    }
    const { verifyAccessToken } = await identity.anonymous.query(
      'query ($t: String!) { verifyAccessToken(token: $t) { valid } }',
      { t: session.accessToken },
    )
    expect(verifyAccessToken.valid).toBe(false)
    const { errors } = await clientOf(session).run('mutation { logoutEverywhere { endedSessions } }')
    expect(errors).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  }
  for (const challengeId of deadChallenges)
    expect(
      (await identity.anonymous.query(VerifyMfa, { input: { challengeId, code: CODE } })).verifyMfa.tokens,
    ).toBeNull()
  return { dead: dead.size, living: sessions.length - dead.size }
}

test('whatever people do, also at once, leaves nothing usable that should be dead', { timeout: 120_000 }, async () => {
  let [dead, living] = [0, 0]
  await fc.assert(
    fc.asyncProperty(batches, async (script) => {
      const outcome = await play([...opening, ...script])
      dead += outcome.dead
      living += outcome.living
    }),
    { numRuns: 20, endOnFailure: true },
  )
  // Both kinds came up, or the property has said nothing.
  expect(dead).toBeGreaterThan(0)
  expect(living).toBeGreaterThan(0)
})
