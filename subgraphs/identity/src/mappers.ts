/** What resolvers get as parents and return, by the names of the GraphQL types. */
import type { LoginChallenge as ChallengeRow, MfaMethod } from './login/challenge.ts'
import type { User } from './user/user.ts'

export type { Session } from './session/session.ts'
export type { AuthTokens } from './session/start-session.ts'
export type { User } from './user/user.ts'

/** The caller's own id. */
export interface Viewer {
  readonly id: string
}
export type Account = User
export type LoginChallenge = Pick<ChallengeRow, 'id' | 'expiresAt'> & { readonly methods: readonly MfaMethod[] }
export type { ApiKey } from './api-key/api-key-store.ts'
export type { DataExport } from './export/data-export-store.ts'
export type { TrustedDevice } from './factor/factor-store.ts'
export type { Passkey } from './passkey/passkey.ts'
export type { AuditEntry } from './staff/audit-store.ts'
