import { userSuspended } from '@gigraph/identity/events'
import { person, staff } from '@gigraph/shared/testing'
import { makeId } from '@gigraph/shared/time'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  type InvitationAction,
  type InvitationStatus,
  invitationTransitions,
  nextStatus,
} from '../src/invitation/invitation.ts'
import { invitations } from '../src/tables.ts'
import { client, type Market, postedJob, seller, startMarket, submittedProposal } from './market.ts'

let market: Market
beforeAll(async () => {
  market = await startMarket()
})
afterAll(() => market.close())

const Invite = /* GraphQL */ `mutation ($input: InviteFreelancerInput!) {
  inviteFreelancer(input: $input) { invitation { id status message job { title } } userErrors { code field } } }`
const act = (name: string) =>
  `mutation ($id: ID!) { ${name}(input: { invitationId: $id }) { invitation { id status } userErrors { code allowed } } }`

const scene = async () => {
  const [owner, freelancer] = [await client(market), await seller(market)]
  const jobId = await postedJob(market, owner)
  const invite = async (input: object = {}, viewer = owner) =>
    (await market.marketplace.as(viewer).run(Invite, { input: { jobId, freelancerId: freelancer.id, ...input } })) as {
      data: { inviteFreelancer: { invitation: { id: string; status: string } | null; userErrors: { code: string }[] } }
      errors?: unknown
    }
  return { owner, freelancer, jobId, invite }
}
const listOf = async (viewer: Parameters<Market['marketplace']['as']>[0], status: InvitationStatus[] | null = null) => {
  const { _entities } = await market.marketplace.as(viewer).query(
    `query ($r: [_Any!]!, $status: [InvitationStatus!]) { _entities(representations: $r) {
      ... on Viewer { invitations(status: $status) { nodes { id status } } } } }`,
    { r: [{ __typename: 'Viewer', id: viewer?.id }], status },
  )
  return _entities[0].invitations.nodes as { id: string; status: string }[]
}

test('an invited freelancer is told, sees it, applies; both see what became of it', async () => {
  const { owner, freelancer, jobId, invite } = await scene()
  const { data } = await invite({ message: ' Your bakery sites are lovely. ' })
  const invitation = data.inviteFreelancer.invitation
  expect(invitation).toMatchObject({ status: 'SENT', message: 'Your bakery sites are lovely.' })
  expect(await market.marketplace.outbox('job.invited')).toContainEqual({
    invitationId: invitation?.id,
    jobId,
    clientId: owner.id,
    freelancerId: freelancer.id,
    title: 'A site for our bakery',
  })
  const Job = 'query ($id: ID!) { job(id: $id) { viewerInvitation { id status } invitations { nodes { id status } } } }'
  expect((await market.marketplace.as(freelancer).query(Job, { id: jobId })).job).toEqual({
    viewerInvitation: { id: invitation?.id, status: 'SENT' },
    invitations: null,
  })
  await submittedProposal(market, jobId, freelancer)
  expect((await market.marketplace.as(owner).query(Job, { id: jobId })).job).toEqual({
    viewerInvitation: null,
    invitations: { nodes: [{ id: invitation?.id, status: 'APPLIED' }] },
  })
  for (const viewer of [owner, freelancer]) {
    expect(await listOf(viewer)).toEqual([{ id: invitation?.id, status: 'APPLIED' }])
    expect(await listOf(viewer, ['SENT', 'DECLINED'])).toEqual([])
  }
})

test('a freelancer declines, the client is told; a client takes back; nobody else can', async () => {
  const { owner, freelancer, jobId, invite } = await scene()
  const id = (await invite()).data.inviteFreelancer.invitation?.id
  for (const stranger of [await client(market), await seller(market), staff('content:moderate')])
    for (const name of ['declineInvitation', 'withdrawInvitation'])
      expect((await market.marketplace.as(stranger).run(act(name), { id })).errors).toMatchObject([
        { extensions: { code: 'NOT_FOUND' } },
      ])
  expect((await market.marketplace.as(owner).query(act('declineInvitation'), { id })).declineInvitation).toMatchObject({
    invitation: null,
    userErrors: [{ code: 'NOT_ALLOWED' }],
  })
  expect((await market.marketplace.as(freelancer).query(act('declineInvitation'), { id })).declineInvitation).toEqual({
    invitation: { id, status: 'DECLINED' },
    userErrors: [],
  })
  expect(await market.marketplace.outbox('invitation.declined')).toContainEqual(
    expect.objectContaining({ invitationId: id, jobId, clientId: owner.id }),
  )
  expect(
    (await market.marketplace.as(owner).query(act('withdrawInvitation'), { id })).withdrawInvitation,
  ).toMatchObject({
    userErrors: [{ code: 'INVALID_STATE', allowed: ['apply'] }],
  })
  // Who declined may still change their mind.
  await submittedProposal(market, jobId, freelancer)
  expect(await listOf(freelancer)).toEqual([{ id, status: 'APPLIED' }])
})

test('what is taken back the freelancer does not see on the job', async () => {
  const { owner, freelancer, jobId, invite } = await scene()
  const id = (await invite()).data.inviteFreelancer.invitation?.id
  await market.marketplace.as(owner).query(act('withdrawInvitation'), { id })
  const { job } = await market.marketplace
    .as(freelancer)
    .query('query ($id: ID!) { job(id: $id) { viewerInvitation { id } } }', { id: jobId })
  expect(job.viewerInvitation).toBeNull()
})

test('inviting is refused with a reason', async () => {
  const { owner, freelancer, jobId, invite } = await scene()
  const code = async (input: object) => (await invite(input)).data.inviteFreelancer.userErrors[0]?.code
  expect(await code({ freelancerId: owner.id })).toBe('NOT_ALLOWED')
  expect(await code({ freelancerId: makeId() })).toBe('VALIDATION')
  expect(await code({ freelancerId: 'x' })).toBe('VALIDATION')
  expect(await code({ freelancerId: (await client(market)).id })).toBe('VALIDATION')
  expect(await code({ message: 'x'.repeat(1_001) })).toBe('VALIDATION')
  const suspended = await seller(market)
  await market.marketplace.consume(userSuspended, { userId: suspended.id, reason: 'x', until: null })
  expect(await code({ freelancerId: suspended.id })).toBe('VALIDATION')
  expect(await code({})).toBeUndefined()
  expect(await code({})).toBe('ALREADY_EXISTS')
  expect((await invite({}, await client(market))).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  expect((await invite({}, freelancer)).errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }])
  expect((await invite({}, person('CLIENT'))).errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }])
  const full = Array.from({ length: 29 }, () => ({
    id: makeId(),
    jobId,
    clientId: owner.id,
    freelancerId: makeId(),
    status: 'SENT' as const,
    message: '',
    createdAt: market.marketplace.clock.now(),
    decidedAt: null,
  }))
  await market.marketplace.context.db.insert(invitations).values(full)
  expect(await code({ freelancerId: (await seller(market)).id })).toBe('LIMIT_EXCEEDED')
  await market.marketplace
    .as(owner)
    .query('mutation ($id: ID!) { closeJob(input: { jobId: $id }) { job { id } } }', { id: jobId })
  expect(await code({ freelancerId: (await seller(market)).id })).toBe('NOT_AVAILABLE')
})

const actions: InvitationAction[] = ['withdraw', 'decline', 'apply']
const possible: Record<InvitationStatus, Partial<Record<InvitationAction, InvitationStatus>>> = {
  SENT: { withdraw: 'WITHDRAWN', decline: 'DECLINED', apply: 'APPLIED' },
  APPLIED: {},
  DECLINED: { apply: 'APPLIED' },
  WITHDRAWN: {},
}
test.each(
  (Object.keys(possible) as InvitationStatus[]).flatMap((status) => actions.map((action) => [status, action] as const)),
)('%s: %s', (status, action) => {
  const to = possible[status][action]
  expect(nextStatus(status, action)).toMatchObject(
    to
      ? { ok: true, value: to }
      : { ok: false, errors: [{ code: 'INVALID_STATE', allowed: Object.keys(invitationTransitions[status]) }] },
  )
})
