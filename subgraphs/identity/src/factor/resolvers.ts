import { payload } from '@gigraph/shared/errors'
import type { Resolvers } from '../__generated__/schema.ts'
import { requirePerson } from '../session/require-session.ts'
import { deviceOf } from '../session/session.ts'
import { beginTotp } from './begin-totp.ts'
import { confirmTotp } from './confirm-totp.ts'
import { disableTotp } from './disable-totp.ts'
import { findMfa } from './mfa.ts'
import { regenerateRecoveryCodes } from './regenerate-recovery-codes.ts'
import { revokeTrustedDevice } from './revoke-trusted-device.ts'
import { setEmailMfa } from './set-email-mfa.ts'

export const factorResolvers: Resolvers = {
  Mutation: {
    beginTotp: async (_, __, ctx) => payload('setup', await beginTotp(ctx)),
    confirmTotp: async (_, { input }, ctx) => payload('recoveryCodes', await confirmTotp(ctx, input)),
    disableTotp: async (_, { input }, ctx) => payload('mfa', await disableTotp(ctx, input)),
    regenerateRecoveryCodes: async (_, __, ctx) => payload('recoveryCodes', await regenerateRecoveryCodes(ctx)),
    setEmailMfa: async (_, { input }, ctx) => payload('mfa', await setEmailMfa(ctx, input)),
    revokeTrustedDevice: async (_, { input }, ctx) => payload('mfa', await revokeTrustedDevice(ctx, input)),
  },
  Viewer: {
    mfa: (_, __, ctx) => findMfa(ctx, requirePerson(ctx).id),
  },
  TrustedDevice: {
    device: ({ userAgent }) => deviceOf(userAgent),
  },
}
