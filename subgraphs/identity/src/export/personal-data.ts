import { rowsOf } from '@gigraph/shared/personal-data'
import { eq } from 'drizzle-orm'
import {
  apiKeys,
  auditEntries,
  emailChanges,
  passkeys,
  recoveryCodes,
  sessions,
  totpFactors,
  trustedDevices,
  users,
} from '../tables.ts'

/** What identity knows of a person. What proves who they are (hashes, secrets, public keys) is not for taking along. */
export const personalData = [
  rowsOf({ name: 'account', table: users, of: (userId) => eq(users.id, userId) }),
  rowsOf({ name: 'sessions', table: sessions, of: (userId) => eq(sessions.userId, userId) }),
  rowsOf({ name: 'apiKeys', table: apiKeys, of: (userId) => eq(apiKeys.userId, userId), omit: ['keyHash'] }),
  rowsOf({
    name: 'passkeys',
    table: passkeys,
    of: (userId) => eq(passkeys.userId, userId),
    omit: ['credentialId', 'publicKey'],
  }),
  rowsOf({
    name: 'authenticatorApps',
    table: totpFactors,
    of: (userId) => eq(totpFactors.userId, userId),
    omit: ['sealedSecret', 'lastStep'],
    key: totpFactors.userId,
  }),
  rowsOf({
    name: 'recoveryCodes',
    table: recoveryCodes,
    of: (userId) => eq(recoveryCodes.userId, userId),
    omit: ['codeHash'],
    key: recoveryCodes.codeHash,
  }),
  rowsOf({
    name: 'trustedDevices',
    table: trustedDevices,
    of: (userId) => eq(trustedDevices.userId, userId),
    omit: ['tokenHash'],
  }),
  rowsOf({ name: 'emailChanges', table: emailChanges, of: (userId) => eq(emailChanges.userId, userId) }),
  // Who of our staff it was, and from where, is the colleague's.
  rowsOf({
    name: 'actsOfStaff',
    table: auditEntries,
    of: (userId) => eq(auditEntries.subjectId, userId),
    omit: ['actorId', 'address', 'requestId'],
  }),
]
