import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { deadSessions, usersByIds } from '../src/internal.ts'
import { endSuspensions } from '../src/maintenance.ts'
import { type Identity, Login, PASSWORD, startIdentity, times } from './start-identity.ts'

let identity: Identity
let admin: Awaited<ReturnType<Identity['createLogin']>>
beforeAll(async () => {
  identity = await startIdentity()
  admin = await identity.createLogin({ roles: ['ADMIN'], handle: 'the-admin' })
})
afterAll(() => identity.close())

const Suspend =
  'mutation ($input: SuspendUserInput!) { suspendUser(input: $input) { user { id account { status suspensionReason } } userErrors { code field allowed } } }'
const Reinstate =
  'mutation ($input: ReinstateUserInput!) { reinstateUser(input: $input) { user { account { status } } userErrors { code } } }'
const SetRoles =
  'mutation ($input: SetUserRolesInput!) { setUserRoles(input: $input) { user { account { roles } } userErrors { code field } } }'
const ForceLogout =
  'mutation ($input: ForceLogoutInput!) { forceLogout(input: $input) { user { id } endedSessions userErrors { code } } }'
const CreateAdmin =
  'mutation ($input: CreateAdminInput!) { createAdmin(input: $input) { user { id handle } userErrors { code field } } }'
const Invite =
  'mutation ($input: InviteStaffInput!) { inviteStaff(input: $input) { user { id handle } userErrors { code field } } }'
const Accept =
  'mutation ($input: AcceptInvitationInput!) { acceptInvitation(input: $input) { user { id } userErrors { code } } }'
const AuditLog = `query ($filter: AuditLogFilter) { auditLog(filter: $filter) { nodes {
  actor { handle } action subject { handle } reason before after address createdAt } } }`
const dead = async (...sessionIds: string[]) =>
  ((await identity.service.procedure(deadSessions.name, { sessionIds }, 'test')) as { dead: string[] }).dead
const auditOf = async (subjectId: string) =>
  (await admin.client.query(AuditLog, { filter: { subjectId } })).auditLog.nodes
const login = async (email: string) =>
  (await identity.anonymous.query(Login, { input: { email, password: PASSWORD } })).login

test('a suspension ends sessions, closes the login, is told, and stands in the audit log', async () => {
  const { user, viewer, refreshToken, client } = await identity.createLogin()
  const { suspendUser } = await admin.client.query(Suspend, { input: { userId: user.id, reason: 'Sells fakes.' } })
  expect(suspendUser).toEqual({
    user: { id: user.id, account: { status: 'SUSPENDED', suspensionReason: 'Sells fakes.' } },
    userErrors: [],
  })
  expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
  expect(await identity.outbox('user.suspended')).toContainEqual({
    userId: user.id,
    reason: 'Sells fakes.',
    until: null,
  })
  expect(await identity.outbox('session.revoked')).toContainEqual({ userId: user.id, sessionId: viewer.sessionId })
  expect(await login(user.email)).toMatchObject({
    challenge: null,
    userErrors: [{ code: 'NOT_ALLOWED', message: expect.stringContaining('Sells fakes.') }],
  })
  const refresh = await identity.anonymous.query(
    `mutation { refreshSession(input: { refreshToken: "${refreshToken}" }) { userErrors { code } } }`,
  )
  expect(refresh.refreshSession.userErrors).toEqual([{ code: 'EXPIRED' }])
  expect(
    (await client.run('mutation { addRole(input: { role: FREELANCER }) { viewer { id } } }')).errors,
  ).toMatchObject([{ extensions: { code: 'UNAUTHENTICATED' } }])
  expect((await identity.service.procedure(usersByIds.name, { ids: [user.id] }, 'test')) as object).toMatchObject({
    users: [{ status: 'SUSPENDED' }],
  })

  const again = await admin.client.query(Suspend, { input: { userId: user.id, reason: 'Once more.' } })
  expect(again.suspendUser.userErrors).toEqual([{ code: 'INVALID_STATE', field: null, allowed: ['reinstateUser'] }])
  const { reinstateUser } = await admin.client.query(Reinstate, {
    input: { userId: user.id, reason: 'They were real.' },
  })
  expect(reinstateUser).toEqual({ user: { account: { status: 'ACTIVE' } }, userErrors: [] })
  expect((await login(user.email)).challenge).not.toBeNull()
  expect(
    (await admin.client.query(Reinstate, { input: { userId: user.id, reason: 'Twice.' } })).reinstateUser.userErrors,
  ).toEqual([{ code: 'INVALID_STATE' }])
  const act = {
    actor: { handle: 'the-admin' },
    subject: { handle: user.handle },
    address: '127.0.0.1',
    createdAt: identity.clock.now().toISOString(),
  }
  expect(await auditOf(user.id)).toEqual([
    {
      ...act,
      action: 'USER_REINSTATED',
      reason: 'They were real.',
      before: expect.stringContaining('Sells fakes.'),
      after: '{"status":"ACTIVE"}',
    },
    {
      ...act,
      action: 'USER_SUSPENDED',
      reason: 'Sells fakes.',
      before: '{"status":"ACTIVE"}',
      after: '{"until":null,"status":"SUSPENDED"}',
    },
  ])
  await identity.runJobs()
  expect(identity.mail.to(user.email).map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(['Your account is suspended', 'Your account is open again']),
  )
})

test('twenty parallel suspensions are one', async () => {
  const user = await identity.createUser()
  const answers = await Promise.all(
    times(20, () => admin.client.query(Suspend, { input: { userId: user.id, reason: 'All at once.' } })),
  )
  expect(answers.filter(({ suspendUser }) => suspendUser.user)).toHaveLength(1)
  expect(await auditOf(user.id)).toHaveLength(1)
})

test('a suspension with an end is over at its end; the sweep tells it once', async () => {
  const user = await identity.createUser()
  const until = new Date(identity.clock.now().getTime() + 120_000).toISOString()
  await admin.client.query(Suspend, { input: { userId: user.id, reason: 'A pause.', until } })
  await identity.runJob(endSuspensions, {})
  expect((await login(user.email)).challenge).toBeNull()
  identity.clock.advance('2m')
  expect((await login(user.email)).challenge).not.toBeNull()
  await Promise.all(times(3, () => identity.runJob(endSuspensions, {})))
  expect((await identity.outbox('user.reinstated')).filter(({ userId }) => userId === user.id)).toHaveLength(1)
  expect((await auditOf(user.id))[0]).toMatchObject({ actor: null, action: 'USER_REINSTATED' })
})

test('roles are set with a reason; nobody sets their own', async () => {
  const { user } = await identity.createLogin()
  const { setUserRoles } = await admin.client.query(SetRoles, {
    input: { userId: user.id, roles: ['SUPPORT', 'CLIENT'], reason: 'New colleague.' },
  })
  expect(setUserRoles).toEqual({ user: { account: { roles: ['CLIENT', 'SUPPORT'] } }, userErrors: [] })
  expect(await identity.outbox('user.role_changed')).toContainEqual({ userId: user.id, roles: ['CLIENT', 'SUPPORT'] })
  expect((await auditOf(user.id))[0]).toMatchObject({
    action: 'ROLES_SET',
    before: '{"roles":["CLIENT"]}',
    after: '{"roles":["CLIENT","SUPPORT"]}',
  })
  const own = await admin.client.query(SetRoles, {
    input: { userId: admin.user.id, roles: ['CLIENT'], reason: 'Enough.' },
  })
  expect(own.setUserRoles.userErrors).toMatchObject([{ code: 'NOT_ALLOWED' }])
  const none = await admin.client.query(SetRoles, { input: { userId: user.id, roles: [], reason: 'Nothing.' } })
  expect(none.setUserRoles.userErrors).toEqual([{ code: 'VALIDATION', field: ['input', 'roles'] }])
  // The scope without the role, as an API key or a future role could have it.
  const clerk = await identity.createLogin({ roles: ['SUPPORT'] })
  const withScope = identity.as({ ...clerk.viewer, scopes: ['users:write'] })
  const refused = await withScope.run(SetRoles, { input: { userId: user.id, roles: ['ADMIN'], reason: 'A friend.' } })
  expect(refused.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})

test('staff ends all sessions of somebody', async () => {
  const { user, viewer } = await identity.createLogin()
  const { forceLogout } = await admin.client.query(ForceLogout, { input: { userId: user.id, reason: 'Stolen phone.' } })
  expect(forceLogout).toEqual({ user: { id: user.id }, endedSessions: 1, userErrors: [] })
  expect(await dead(viewer.sessionId)).toEqual([viewer.sessionId])
  expect((await auditOf(user.id))[0]).toMatchObject({ action: 'LOGGED_OUT', before: '{"sessions":1}' })
})

test('an administrator is created and has to verify the address', async () => {
  const input = {
    email: 'second-admin@example.com',
    password: PASSWORD,
    handle: 'second-admin',
    displayName: 'Ada Admin',
  }
  const { createAdmin } = await admin.client.query(CreateAdmin, { input })
  expect(createAdmin).toEqual({ user: { id: expect.any(String), handle: 'second-admin' }, userErrors: [] })
  expect((await login(input.email)).userErrors).toMatchObject([{ code: 'EMAIL_NOT_VERIFIED' }])
  await identity.runJobs()
  await identity.anonymous.query(
    `mutation { verifyEmail(input: { token: "${identity.mail.token(input.email, 'Verify your e-mail address')}" }) { user { id } } }`,
  )
  const { viewer } = await identity.logIn({ ...input, id: createAdmin.user.id, roles: ['ADMIN'] })
  expect(viewer.scopes).toContain('users:write')
  for (const [field, values] of [
    ['email', { handle: 'third-admin' }],
    ['handle', { email: 'third-admin@example.com' }],
  ] as const)
    expect((await admin.client.query(CreateAdmin, { input: { ...input, ...values } })).createAdmin.userErrors).toEqual([
      { code: 'ALREADY_EXISTS', field: ['input', field] },
    ])
  expect(
    (await admin.client.query(CreateAdmin, { input: { ...input, password: 'short' } })).createAdmin.userErrors,
  ).toEqual([{ code: 'VALIDATION', field: ['input', 'password'] }])
})

test('a colleague is invited, chooses a password, and the invitation works once', async () => {
  const input = { email: 'helper@example.com', handle: 'helper-one', displayName: 'Hal Helper', role: 'SUPPORT' }
  const { inviteStaff } = await admin.client.query(Invite, { input })
  expect(inviteStaff.userErrors).toEqual([])
  await identity.runJobs()
  const token = identity.mail.token(input.email, 'You are invited to the Gigraph team')
  const accept = async (password: string) =>
    (await identity.anonymous.query(Accept, { input: { token, password } })).acceptInvitation
  expect((await accept('short')).userErrors).toEqual([{ code: 'VALIDATION' }])
  expect(await accept(PASSWORD)).toEqual({ user: { id: inviteStaff.user.id }, userErrors: [] })
  expect((await accept(PASSWORD)).userErrors).toEqual([{ code: 'EXPIRED' }])
  const { viewer } = await identity.logIn({ ...input, id: inviteStaff.user.id, password: PASSWORD, roles: ['SUPPORT'] })
  expect(viewer.roles).toEqual(['SUPPORT'])
})

test('staff lists people and their accounts with the same number of statements for any page', async () => {
  await Promise.all(
    times(30, (index) => identity.createUser({ handle: `listed-${index}`, displayName: `Listed ${index}` })),
  )
  const List =
    'query ($first: Int, $filter: UserFilter) { users(first: $first, filter: $filter) { nodes { handle account { email status sessions { id } } } pageInfo { hasNextPage } } }'
  const list = (first: number) =>
    admin.client.query(List, { first, filter: { search: 'LISTED-', role: 'CLIENT', status: 'ACTIVE' } })
  const few = await identity.countStatements(() => list(5))
  const many = await identity.countStatements(() => list(30))
  expect(many).toBe(few)
  const { users } = await list(30)
  expect(users.nodes).toHaveLength(30)
  expect(users.nodes[0].account).toMatchObject({
    email: expect.stringContaining('@example.com'),
    status: 'ACTIVE',
    sessions: [],
  })
  expect((await admin.client.query(List, { filter: { search: '100%_' } })).users.nodes).toEqual([])
})

test('the audit log can be neither changed nor removed by the service itself', async () => {
  for (const statement of [
    sql`update audit_entries set reason = 'x'`,
    sql`delete from audit_entries`,
    sql`truncate audit_entries`,
  ])
    await expect(identity.context.db.execute(statement)).rejects.toMatchObject({ cause: { code: '42501' } })
})

test('who may not, may not: every act of staff as anybody else', async () => {
  const { user } = await identity.createLogin()
  const input = { userId: user.id, reason: 'Because.' }
  const colleague = { email: 'x@example.com', handle: 'xxx', displayName: 'X' }
  const acts: [string, Record<string, unknown>][] = [
    [Suspend, { input }],
    [Reinstate, { input }],
    [SetRoles, { input: { ...input, roles: ['CLIENT'] } }],
    [ForceLogout, { input }],
    [CreateAdmin, { input: { ...colleague, password: PASSWORD } }],
    [Invite, { input: { ...colleague, role: 'ADMIN' } }],
  ]
  // One after another: running all jobs from several places at once would send a code twice, and the newer replaces the older.
  const others: Awaited<ReturnType<typeof identity.createLogin>>[] = []
  for (const role of ['CLIENT', 'FREELANCER', 'TOOL_CREATOR', 'SUPPORT'] as const)
    others.push(await identity.createLogin({ roles: [role] }))
  for (const [document, variables] of acts) {
    expect((await identity.anonymous.run(document, variables)).errors, document).toMatchObject([
      { extensions: { code: 'UNAUTHENTICATED' } },
    ])
    for (const { client } of others)
      expect((await client.run(document, variables)).errors, document).toMatchObject([
        { extensions: { code: 'FORBIDDEN' } },
      ])
    const key = identity.as({ ...admin.viewer, kind: 'api_key' })
    expect((await key.run(document, variables)).errors, document).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  }
  expect(await auditOf(user.id)).toEqual([])
  for (const unknown of [identity.context.makeId(), 'x'])
    for (const document of [Suspend, Reinstate, ForceLogout])
      expect(
        (await admin.client.run(document, { input: { userId: unknown, reason: 'Because.' } })).errors,
      ).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  for (const values of [{ reason: ' ' }, { until: '2020-01-01T00:00:00.000Z' }])
    expect(
      (await admin.client.query(Suspend, { input: { ...input, ...values } })).suspendUser.userErrors,
    ).toMatchObject([{ code: 'VALIDATION', field: ['input', Object.keys(values)[0]] }])
  expect(
    (await admin.client.query(Suspend, { input: { ...input, userId: admin.user.id } })).suspendUser.userErrors,
  ).toMatchObject([{ code: 'NOT_ALLOWED' }])
  const support = others[3]
  expect((await support?.client.query(AuditLog))?.auditLog.nodes.length).toBeGreaterThan(0)
  expect((await others[0]?.client.run(AuditLog))?.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
})
