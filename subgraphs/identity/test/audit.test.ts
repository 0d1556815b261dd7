import { staffActed } from '@gigraph/shared/audit'
import { schemaOf } from '@gigraph/shared/graphql'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identityService } from '../src/index.ts'
import { type Identity, PASSWORD, startIdentity } from './start-identity.ts'

let identity: Identity
let admin: Awaited<ReturnType<Identity['createLogin']>>
beforeAll(async () => {
  identity = await startIdentity()
  admin = await identity.createLogin({ roles: ['ADMIN'], handle: 'the-admin' })
})
afterAll(() => identity.close())

const AuditLog = `query ($filter: AuditLogFilter, $first: Int, $after: String) {
  auditLog(filter: $filter, first: $first, after: $after) {
    nodes { actor { id } action subject { id } object { kind id } reason before after createdAt } pageInfo { endCursor hasNextPage } } }`

const entries = async (filter: object = {}) => (await admin.client.query(AuditLog, { filter })).auditLog.nodes

const capital = (name: string) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`
const act = async (name: string, input: object) => {
  const document = `mutation ($input: ${capital(name)}Input!) { ${name}(input: $input) { user { id } userErrors { code message } } }`
  const answer = (await admin.client.query(document, { input }))[name]
  expect(answer.userErrors).toEqual([])
  return answer.user.id as string
}

/** Every mutation that needs the scope of staff, from the SDL: a new one that writes no entry fails here. */
const staffMutations = (): string[] => {
  const schema = schemaOf(identityService)
  return Object.values(schema.getMutationType()?.getFields() ?? {})
    .filter(({ astNode }) => astNode?.directives?.some(({ name }) => name.value === 'requiresScopes'))
    .map(({ name }) => name)
}

const person = (handle: string) => ({ email: `${handle}@example.com`, handle, displayName: 'Somebody New' })

const acts: Readonly<
  Record<string, { input: (userId: string) => object; entry: { action: string; before: object; after: object } }>
> = {
  suspendUser: {
    input: (userId) => ({ userId, reason: 'A reason of staff.' }),
    entry: { action: 'USER_SUSPENDED', before: { status: 'ACTIVE' }, after: { status: 'SUSPENDED', until: null } },
  },
  reinstateUser: {
    input: (userId) => ({ userId, reason: 'A reason of staff.' }),
    entry: { action: 'USER_REINSTATED', before: expect.objectContaining({}), after: { status: 'ACTIVE' } },
  },
  setUserRoles: {
    input: (userId) => ({ userId, roles: ['CLIENT', 'FREELANCER'], reason: 'A reason of staff.' }),
    entry: { action: 'ROLES_SET', before: { roles: ['CLIENT'] }, after: { roles: ['CLIENT', 'FREELANCER'] } },
  },
  forceLogout: {
    input: (userId) => ({ userId, reason: 'A reason of staff.' }),
    entry: { action: 'LOGGED_OUT', before: { sessions: 0 }, after: { sessions: 0 } },
  },
  createAdmin: {
    input: () => ({ ...person('new-admin'), password: PASSWORD }),
    entry: { action: 'ADMIN_CREATED', before: {}, after: { roles: ['ADMIN'] } },
  },
  inviteStaff: {
    input: () => ({ ...person('new-support'), role: 'SUPPORT' }),
    entry: { action: 'STAFF_INVITED', before: {}, after: { roles: ['SUPPORT'] } },
  },
}

test('every act of staff leaves one entry, with who, why, before and after', async () => {
  expect(Object.keys(acts).sort()).toEqual(staffMutations().sort())
  const subject = await identity.createUser()
  for (const [name, { input, entry }] of Object.entries(acts)) {
    const before = (await entries()).length
    const subjectId = await act(name, input(subject.id))
    const [newest, ...rest] = await entries()
    expect(rest, name).toHaveLength(before)
    expect({ ...newest, before: JSON.parse(newest.before), after: JSON.parse(newest.after) }, name).toEqual({
      ...entry,
      actor: { id: admin.user.id },
      subject: { id: subjectId },
      object: null,
      reason: expect.stringMatching(/\S{3}/),
      createdAt: identity.clock.now().toISOString(),
    })
    identity.clock.advance('1s')
  }
})

test('an act that is refused leaves no entry', async () => {
  const before = await entries()
  const document = 'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { userErrors { code } } }'
  const self = { userId: admin.user.id, reason: 'Myself, perhaps.' }
  expect((await admin.client.query(document, { input: self })).suspendUser.userErrors).toEqual([
    { code: 'NOT_ALLOWED' },
  ])
  expect(await entries()).toEqual(before)
})

test('the log is filtered by actor, subject, kind and time, all at once, and paged', async () => {
  const subject = await identity.createUser()
  const from = identity.clock.now()
  await act('forceLogout', { userId: subject.id, reason: 'The first time.' })
  identity.clock.advance('1m')
  const between = identity.clock.now()
  await act('suspendUser', { userId: subject.id, reason: 'The second time.' })
  const reasons = async (filter: object) => (await entries(filter)).map(({ reason }: { reason: string }) => reason)
  const both = ['The second time.', 'The first time.']
  const ofSubject = { subjectId: subject.id }
  expect(await reasons(ofSubject)).toEqual(both)
  expect(await reasons({ ...ofSubject, actorId: admin.user.id, from: from.toISOString() })).toEqual(both)
  expect(await reasons({ ...ofSubject, actorId: subject.id })).toEqual([])
  expect(await reasons({ ...ofSubject, action: 'LOGGED_OUT' })).toEqual(['The first time.'])
  expect(await reasons({ ...ofSubject, from: between.toISOString() })).toEqual(['The second time.'])
  expect(await reasons({ ...ofSubject, to: between.toISOString() })).toEqual(['The first time.'])
  expect(await reasons({ subjectId: 'no id at all' })).toEqual([])

  const page = async (after: string | null) =>
    (await admin.client.query(AuditLog, { filter: ofSubject, first: 1, after })).auditLog
  const first = await page(null)
  const second = await page(first.pageInfo.endCursor)
  expect([first, second].map(({ nodes }) => nodes[0].reason)).toEqual(both)
  expect(second.pageInfo.hasNextPage).toBe(false)
})

describe('what staff do in other services', () => {
  const told = (subjectId: string | null) => ({
    ...{
      actorId: admin.user.id,
      action: 'REVIEW_HIDDEN' as const,
      subjectId,
      reason: 'Insults.',
      address: '192.0.2.7',
    },
    ...{ object: { kind: 'REVIEW' as const, id: makeId() }, before: { hidden: false }, after: { hidden: true } },
  })

  test('is an entry like any other, once, however often it is told', async () => {
    const [subject, id] = [await identity.createUser(), makeId()]
    const occurredAt = identity.clock.now()
    identity.clock.advance('1h')
    const act = told(subject.id)
    await Promise.all([1, 2, 3].map(() => identity.consume(staffActed, act, { id, occurredAt })))
    const expected = {
      ...{ actor: { id: admin.user.id }, action: 'REVIEW_HIDDEN', subject: { id: subject.id }, object: act.object },
      ...{ reason: 'Insults.', before: '{"hidden":false}', after: '{"hidden":true}' },
      createdAt: occurredAt.toISOString(),
    }
    for (const filter of [
      { subjectId: subject.id },
      { objectId: act.object.id },
      { objectId: act.object.id, action: 'REVIEW_HIDDEN' },
    ])
      expect(await entries(filter)).toEqual([expected])
    expect(await entries({ objectId: 'no id at all' })).toEqual([])
    expect(await entries({ objectId: act.object.id, action: 'REVIEW_RESTORED' })).toEqual([])
  })

  test('may be about nobody, or about somebody whom nobody knows', async () => {
    for (const subjectId of [null, makeId()]) {
      const act = told(subjectId)
      await identity.consume(staffActed, act)
      expect(await entries({ objectId: act.object.id })).toMatchObject([{ subject: null, object: act.object }])
    }
  })
})
