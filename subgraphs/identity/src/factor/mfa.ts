import type { Context } from '../context.ts'
import type { MfaMethod } from '../login/challenge.ts'
import { methodsOf } from '../login/methods.ts'
import type { User } from '../user/user.ts'
import { findUser } from '../user/user-store.ts'
import { countRecoveryCodes, findOptionalTotp, listTrustedDevices, type TrustedDevice } from './factor-store.ts'

/** How an account is protected beyond its password. */
export interface Mfa {
  readonly methods: MfaMethod[]
  readonly totpConfirmedAt: Date | null
  readonly emailEnabled: boolean
  readonly recoveryCodesLeft: number
  readonly trustedDevices: TrustedDevice[]
}

const mfaOf = async (ctx: Context, user: Pick<User, 'id' | 'emailMfa'>): Promise<Mfa> => ({
  methods: [...(await methodsOf(ctx.db, user))],
  totpConfirmedAt: (await findOptionalTotp(ctx.db, user.id))?.confirmedAt ?? null,
  emailEnabled: user.emailMfa,
  recoveryCodesLeft: await countRecoveryCodes(ctx.db, user.id),
  trustedDevices: await listTrustedDevices(ctx.db, user.id, ctx.clock.now()),
})

export const findMfa = async (ctx: Context, userId: string): Promise<Mfa> => mfaOf(ctx, await findUser(ctx.db, userId))
