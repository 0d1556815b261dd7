import { defineJob } from '@gigraph/shared/jobs'
import { z } from 'zod'

const queue = 'mail'
/** Ten tries over about eight minutes: a mail server's restart. */
const attempts = 10

/** Mints the link of a new address and mails it. Nothing happens for unknown or verified users. */
export const sendVerificationMail = defineJob({
  name: 'send-verification-mail',
  queue,
  attempts,
  schema: z.object({ userId: z.uuid() }),
})

/** Mints the code of a login challenge and mails it. */
export const sendMfaCode = defineJob({
  name: 'send-mfa-code',
  queue,
  attempts,
  schema: z.object({ challengeId: z.uuid() }),
})

/** Mints a link to a new password and mails it. Nothing happens for unknown users. */
export const sendPasswordResetMail = defineJob({
  name: 'send-password-reset-mail',
  queue,
  attempts,
  schema: z.object({ userId: z.uuid() }),
})

/** Mints the link that proves a new address and mails it there. */
export const sendEmailChangeMail = defineJob({
  name: 'send-email-change-mail',
  queue,
  attempts,
  schema: z.object({ emailChangeId: z.uuid() }),
})

/** Mints the link with which an invited colleague sets a password. */
export const sendInvitationMail = defineJob({
  name: 'send-invitation-mail',
  queue,
  attempts,
  schema: z.object({ userId: z.uuid() }),
})

/** What an owner is told about the account, without anything to press. */
export const notices = [
  'ALREADY_REGISTERED',
  'PASSWORD_CHANGED',
  'EMAIL_CHANGED',
  'MFA_CHANGED',
  'PASSKEY_ADDED',
  'PASSKEY_REMOVED',
  'RECOVERY_CODE_USED',
  'NEW_DEVICE',
  'API_KEY_CREATED',
  'SUSPENDED',
  'REINSTATED',
  'DELETION_SCHEDULED',
] as const
export type Notice = (typeof notices)[number]

export const sendAccountNotice = defineJob({
  name: 'send-account-notice',
  queue,
  attempts,
  schema: z.object({ userId: z.uuid(), notice: z.enum(notices) }),
})

/** Tells the address that an account no longer has. */
export const sendFormerAddressNotice = defineJob({
  name: 'send-former-address-notice',
  queue,
  attempts,
  schema: z.object({ emailChangeId: z.uuid() }),
})
