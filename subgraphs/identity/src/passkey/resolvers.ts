import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { requirePerson } from '../session/require-session.ts'
import { beginPasskeyLogin } from './begin-passkey-login.ts'
import { beginPasskeyMfa } from './begin-passkey-mfa.ts'
import { beginPasskeyRegistration } from './begin-passkey-registration.ts'
import { finishPasskeyLogin } from './finish-passkey-login.ts'
import { finishPasskeyRegistration } from './finish-passkey-registration.ts'
import { listPasskeys } from './passkey-store.ts'
import { removePasskey } from './remove-passkey.ts'
import { renamePasskey } from './rename-passkey.ts'

export const passkeyResolvers: Resolvers = {
  Mutation: {
    beginPasskeyRegistration: async (_, __, ctx) => payload('options', await beginPasskeyRegistration(ctx)),
    finishPasskeyRegistration: async (_, { input }, ctx) =>
      payload('passkey', await finishPasskeyRegistration(ctx, input)),
    renamePasskey: async (_, { input }, ctx) => payload('passkey', await renamePasskey(ctx, input)),
    removePasskey: async (_, { input }, ctx) => payload('mfa', await removePasskey(ctx, input)),
    beginPasskeyLogin: async (_, __, ctx) => payload('options', await beginPasskeyLogin(ctx)),
    finishPasskeyLogin: async (_, { input }, ctx) => payload('tokens', await finishPasskeyLogin(ctx, input)),
    beginPasskeyMfa: async (_, { input }, ctx) => payload('options', await beginPasskeyMfa(ctx, input)),
  },
  Viewer: {
    passkeys: (_, __, ctx) => listPasskeys(ctx.db, requirePerson(ctx).id),
  },
  Passkey: {
    synced: ({ backedUp }) => backedUp,
  },
}
