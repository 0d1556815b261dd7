import { auditedKinds } from '@gigraph/shared/audit'
import { type Role, roles } from '@gigraph/shared/auth'
import { sql } from 'drizzle-orm'
import { bigint, boolean, index, integer, jsonb, pgTable, primaryKey, text, timestamp, uuid } from 'drizzle-orm/pg-core'

export { inbox, outbox } from '@gigraph/shared/events'

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 })

export const users = pgTable(
  'users',
  {
    id: uuid('id').primaryKey(),
    /** Lower case; null once the account is deleted. */
    email: text('email').unique('users_email'),
    /** Lower case. */
    handle: text('handle').notNull().unique('users_handle'),
    displayName: text('display_name').notNull(),
    locale: text('locale').notNull(),
    timeZone: text('time_zone').notNull(),
    roles: text('roles', { enum: roles }).array().notNull().$type<Role[]>(),
    createdAt: instant('created_at').notNull(),
    termsAcceptedAt: instant('terms_accepted_at'),
    emailVerifiedAt: instant('email_verified_at'),
    /** Codes by mail are accepted as second factor. */
    emailMfa: boolean('email_mfa').notNull().default(true),
    lastLoginAt: instant('last_login_at'),
    suspendedAt: instant('suspended_at'),
    /** Null while suspended: until staff reinstates. */
    suspendedUntil: instant('suspended_until'),
    suspensionReason: text('suspension_reason'),
    deletionDueAt: instant('deletion_due_at'),
    deletedAt: instant('deleted_at'),
  },
  (table) => [
    index('users_newest').on(table.createdAt, table.id),
    index('users_deletion_due').on(table.deletionDueAt).where(sql`${table.deletionDueAt} is not null`),
  ],
)

export const credentials = pgTable('credentials', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** Argon2id in PHC form. */
  passwordHash: text('password_hash').notNull(),
  changedAt: instant('changed_at').notNull(),
  /** Wrong second factors since the last right one. */
  mfaFailures: integer('mfa_failures').notNull().default(0),
})

/** Handles that look taken for a while without belonging to anybody. */
export const reservedHandles = pgTable('reserved_handles', {
  handle: text('handle').primaryKey(),
  expiresAt: instant('expires_at').notNull(),
})

/** Single-use links that went out by mail: the SHA-256 of their token. */
export const mailTokens = pgTable(
  'mail_tokens',
  {
    tokenHash: text('token_hash').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    purpose: text('purpose', {
      enum: ['VERIFY_EMAIL', 'RESET_PASSWORD', 'CHANGE_EMAIL', 'ACCEPT_INVITATION'],
    }).notNull(),
    /** The address that the link proves. */
    email: text('email').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [index('mail_tokens_of_user').on(table.userId, table.purpose)],
)

export const emailChanges = pgTable('email_changes', {
  id: uuid('id').primaryKey(),
  userId: uuid('user_id')
    .notNull()
    .references(() => users.id, { onDelete: 'cascade' }),
  newEmail: text('new_email').notNull(),
  /** The address until then; known once the change has happened. */
  formerEmail: text('former_email'),
  requestedAt: instant('requested_at').notNull(),
})

export const loginChallenges = pgTable(
  'login_challenges',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    solvedAt: instant('solved_at'),
    /** Wrong answers so far; a new code does not forgive them. */
    failures: integer('failures').notNull().default(0),
    /** HMAC-SHA-256 of the newest mailed code, bound to this challenge. */
    codeHmac: text('code_hmac'),
    codeExpiresAt: instant('code_expires_at'),
  },
  (table) => [index('login_challenges_of_user').on(table.userId)],
)

export const totpFactors = pgTable('totp_factors', {
  userId: uuid('user_id')
    .primaryKey()
    .references(() => users.id, { onDelete: 'cascade' }),
  /** AES-256-GCM; see crypto/seal.ts. */
  sealedSecret: text('sealed_secret').notNull(),
  createdAt: instant('created_at').notNull(),
  confirmedAt: instant('confirmed_at'),
  /** The newest time step that was accepted; none up to it is accepted again. */
  lastStep: bigint('last_step', { mode: 'number' }).notNull().default(0),
})

export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    codeHash: text('code_hash').notNull(),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
  },
  (table) => [primaryKey({ columns: [table.userId, table.codeHash] })],
)

/** WebAuthn credentials: each stands for a device, or a person's synced keychain. */
export const passkeys = pgTable(
  'passkeys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    /** What the authenticator calls it, base64url. */
    credentialId: text('credential_id').notNull().unique('passkeys_credential'),
    /** COSE key, base64url. */
    publicKey: text('public_key').notNull(),
    /** How often the authenticator says that it has signed; 0 from those that do not count. */
    counter: bigint('counter', { mode: 'number' }).notNull(),
    transports: text('transports').array().notNull(),
    /** Whether it lives in more than one device by now. */
    backedUp: boolean('backed_up').notNull(),
    name: text('name').notNull(),
    createdAt: instant('created_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('passkeys_of_user').on(table.userId, table.createdAt)],
)

/** What an authenticator is asked to sign: gone once it was answered, whatever the answer. */
export const passkeyChallenges = pgTable(
  'passkey_challenges',
  {
    challengeHash: text('challenge_hash').primaryKey(),
    purpose: text('purpose', { enum: ['REGISTER', 'LOGIN', 'FACTOR'] }).notNull(),
    /** Who registers; null for a login, whose answer says who it is. */
    userId: uuid('user_id').references(() => users.id, { onDelete: 'cascade' }),
    /** The login whose second factor it is. */
    loginChallengeId: uuid('login_challenge_id').references(() => loginChallenges.id, { onDelete: 'cascade' }),
    expiresAt: instant('expires_at').notNull(),
  },
  (table) => [index('passkey_challenges_over').on(table.expiresAt)],
)

/** Browsers that may skip the second factor. */
export const trustedDevices = pgTable(
  'trusted_devices',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    tokenHash: text('token_hash').notNull().unique(),
    userAgent: text('user_agent').notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at').notNull(),
    lastUsedAt: instant('last_used_at'),
  },
  (table) => [index('trusted_devices_of_user').on(table.userId)],
)

/** One login: a family of refresh tokens. */
export const sessions = pgTable(
  'sessions',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    /** Password and second factor were given then. */
    authenticatedAt: instant('authenticated_at').notNull(),
    lastSeenAt: instant('last_seen_at').notNull(),
    /** Thirty days after the last refresh, ninety after the login at most. */
    expiresAt: instant('expires_at').notNull(),
    address: text('address').notNull(),
    userAgent: text('user_agent').notNull(),
    endedAt: instant('ended_at'),
    endReason: text('end_reason', {
      enum: ['LOGOUT', 'REVOKED', 'REUSED', 'PASSWORD_CHANGED', 'SUSPENDED', 'FORCED', 'DELETED'],
    }),
  },
  (table) => [
    index('sessions_of_user').on(table.userId, table.createdAt),
    index('sessions_ended').on(table.endedAt).where(sql`${table.endedAt} is not null`),
  ],
)

export const refreshTokens = pgTable(
  'refresh_tokens',
  {
    tokenHash: text('token_hash').primaryKey(),
    sessionId: uuid('session_id')
      .notNull()
      .references(() => sessions.id, { onDelete: 'cascade' }),
    createdAt: instant('created_at').notNull(),
    usedAt: instant('used_at'),
    /** Its successor, readable only with this token itself: answers a retry for a few seconds. */
    sealedSuccessor: text('sealed_successor'),
  },
  (table) => [index('refresh_tokens_of_session').on(table.sessionId)],
)

export const signingKeys = pgTable('signing_keys', {
  /** RFC 7638 thumbprint. */
  kid: text('kid').primaryKey(),
  publicJwk: jsonb('public_jwk').notNull(),
  sealedPrivateJwk: text('sealed_private_jwk').notNull(),
  createdAt: instant('created_at').notNull(),
  /** Signs from then on; published before. */
  activeAt: instant('active_at').notNull(),
  /** No longer published from then on. */
  retiredAt: instant('retired_at'),
})

export const apiKeys = pgTable(
  'api_keys',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    /** What people recognize it by. */
    prefix: text('prefix').notNull(),
    keyHash: text('key_hash').notNull().unique(),
    scopes: text('scopes').array().notNull(),
    createdAt: instant('created_at').notNull(),
    expiresAt: instant('expires_at'),
    lastUsedAt: instant('last_used_at'),
    lastUsedFrom: text('last_used_from'),
    revokedAt: instant('revoked_at'),
  },
  (table) => [index('api_keys_of_user').on(table.userId, table.createdAt)],
)

/** What staff did to whom. Appended to, never changed. */
export const auditEntries = pgTable(
  'audit_entries',
  {
    id: uuid('id').primaryKey(),
    actorId: uuid('actor_id'),
    action: text('action').notNull(),
    /** Null: an act on nobody's account, content or money, or on that of several. */
    subjectId: uuid('subject_id'),
    objectKind: text('object_kind', { enum: auditedKinds }),
    objectId: uuid('object_id'),
    reason: text('reason').notNull(),
    before: jsonb('before').notNull(),
    after: jsonb('after').notNull(),
    address: text('address').notNull(),
    requestId: text('request_id').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    index('audit_entries_newest').on(table.createdAt, table.id),
    index('audit_entries_of_subject').on(table.subjectId, table.createdAt),
    index('audit_entries_of_object').on(table.objectId, table.createdAt),
  ],
)

/** Archives of what is known of somebody, on the way or there. */
export const dataExports = pgTable(
  'data_exports',
  {
    id: uuid('id').primaryKey(),
    userId: uuid('user_id')
      .notNull()
      .references(() => users.id, { onDelete: 'cascade' }),
    status: text('status', { enum: ['PENDING', 'READY', 'EXPIRED', 'FAILED'] }).notNull(),
    requestedAt: instant('requested_at').notNull(),
    /** When collecting was last begun: what gets stuck is begun again. */
    begunAt: instant('begun_at').notNull(),
    readyAt: instant('ready_at'),
    expiresAt: instant('expires_at'),
    byteSize: bigint('byte_size', { mode: 'number' }),
    /** The SHA-256 of the link's token, which stands in the mail only. */
    tokenHash: text('token_hash').unique('data_exports_token'),
  },
  (table) => [
    index('data_exports_of_user').on(table.userId, table.requestedAt),
    index('data_exports_over').on(table.expiresAt).where(sql`${table.status} = 'READY'`),
    index('data_exports_stuck').on(table.begunAt).where(sql`${table.status} = 'PENDING'`),
  ],
)

/** How often something was tried in the current window. */
export const rateLimits = pgTable(
  'rate_limits',
  {
    key: text('key').primaryKey(),
    count: integer('count').notNull(),
    resetsAt: instant('resets_at').notNull(),
  },
  (table) => [index('rate_limits_over').on(table.resetsAt)],
)
