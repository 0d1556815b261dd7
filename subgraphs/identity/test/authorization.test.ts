import type { Role } from '@gigraph/shared/auth'
import {
  castOf,
  describeAuthorization,
  everybody,
  except,
  inPerson,
  only,
  ownViewer,
  scope,
  scopeInPerson,
  signedIn,
} from '@gigraph/shared/testing'
import { afterAll, beforeAll } from 'vitest'
import { identityService } from '../src/index.ts'
import { rateLimits } from '../src/tables.ts'
import { type Identity, startIdentity } from './start-identity.ts'

let identity: Identity
beforeAll(async () => {
  identity = await startIdentity()
})
afterAll(() => identity.close())

const roles: Readonly<Record<string, readonly Role[]>> = {
  owner: ['CLIENT', 'FREELANCER'],
  counterpart: ['CLIENT'],
  other: ['CLIENT', 'FREELANCER', 'TOOL_CREATOR'],
  client: ['CLIENT'],
  freelancer: ['FREELANCER'],
  toolCreator: ['TOOL_CREATOR'],
  support: ['SUPPORT'],
  admin: ['ADMIN'],
}

/** People with accounts and living sessions, and one session and key of the owner to fight over. */
const scene = async () => {
  const { context } = identity
  // What every cell of the matrix costs must not add up to a refusal.
  await context.db.delete(rateLimits)
  const people = await identity.createSessions(Object.values(roles))
  const cast = castOf(Object.fromEntries(Object.keys(roles).map((name, index) => [name, people[index]])))
  return { cast, subject: cast.counterpart, ...(await identity.createBelongings(cast.owner)) }
}

const staffOnly = scopeInPerson('users:write')
const subject = ({ subject: { id } }: Awaited<ReturnType<typeof scene>>) => ({ input: { userId: id } })
/** The own Viewer, in person: what a key of the owner asks is refused. */
const ownInPerson = except(ownViewer, { apiKey: 'FORBIDDEN' })

describeAuthorization({
  definition: identityService,
  service: () => identity,
  scene,
  entities: { User: ({ cast }) => ({ id: cast.counterpart.id }) },
  rows: {
    // Whoever has an address, a password, a code or a token in hand: these are the proof, and tests of their own.
    [`Mutation.register Mutation.verifyEmail Mutation.resendVerificationEmail Mutation.login Mutation.verifyMfa
      Mutation.resendMfaCode Mutation.refreshSession Mutation.requestPasswordReset Mutation.resetPassword
      Mutation.acceptInvitation Query.verifyAccessToken Mutation.beginPasskeyLogin Mutation.finishPasskeyLogin
      Mutation.beginPasskeyMfa`]: everybody,

    [`Mutation.addRole Mutation.updateAccount Mutation.beginTotp Mutation.confirmTotp Mutation.disableTotp
      Mutation.regenerateRecoveryCodes Mutation.setEmailMfa Mutation.logoutEverywhere
      Mutation.requestEmailChange Mutation.confirmEmailChange Mutation.changePassword Mutation.deleteAccount
      Mutation.cancelAccountDeletion Mutation.exportMyData Mutation.beginPasskeyRegistration
      Mutation.finishPasskeyRegistration`]: inPerson,
    'Mutation.createApiKey': { rule: inPerson, with: () => ({ input: { scopes: [] } }) },
    // A key has no session: there is nothing to end.
    'Mutation.logout': signedIn,

    // Another person's session, key or device does not exist.
    'Mutation.revokeSession': {
      rule: except(only(['owner']), { apiKey: 'FORBIDDEN' }),
      with: ({ sessionId }) => ({ input: { sessionId } }),
    },
    'Mutation.revokeApiKey Mutation.rotateApiKey': {
      rule: except(only(['owner']), { apiKey: 'FORBIDDEN' }),
      with: ({ apiKeyId }) => ({ input: { apiKeyId } }),
    },
    'Mutation.renamePasskey Mutation.removePasskey': {
      rule: except(only(['owner']), { apiKey: 'FORBIDDEN' }),
      with: ({ passkeyId }) => ({ input: { passkeyId } }),
    },
    'Mutation.revokeTrustedDevice': {
      rule: except(only(['owner']), { apiKey: 'FORBIDDEN' }),
      with: ({ trustedDeviceId }) => ({ input: { trustedDeviceId } }),
    },

    'Mutation.suspendUser Mutation.reinstateUser Mutation.setUserRoles Mutation.forceLogout': {
      rule: staffOnly,
      with: subject,
      fresh: true,
    },
    'Mutation.createAdmin Mutation.inviteStaff': staffOnly,
    'Query.users Query.auditLog': scope('users:read'),

    'Query.viewer': except(everybody, { anonymous: 'null' }),
    'Query.user': { rule: everybody, with: ({ subject: { id } }) => ({ id }) },
    '_entities.User': everybody,
    'User.account': scope('users:read'),
    'Account.email': {
      rule: scope('users:read'),
      through: ({ subject: { id } }) => `{ user(id: "${id}") { account { * } } }`,
    },
    'Account.sessions': {
      rule: scope('users:read'),
      through: ({ subject: { id } }) => `{ user(id: "${id}") { account { * } } }`,
    },

    '_entities.Viewer Viewer.user Viewer.account Viewer.scopes': ownViewer,
    'Viewer.sessions Viewer.apiKeys Viewer.mfa Viewer.passkeys Viewer.dataExport': ownInPerson,
  },
})
