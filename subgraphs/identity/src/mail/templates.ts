import { composeMail, type Mail } from '@gigraph/shared/mail'
import type { Notice } from './mail-jobs.ts'

type Content = Pick<Mail, 'subject' | 'text' | 'html'>

/** Whom a mail greets. */
interface Reader {
  readonly displayName: string
}

const IGNORE =
  'You get this because somebody entered this address at Gigraph. If it was not you, you need not do anything.'
const ACCOUNT = 'You get this because it concerns the security of your Gigraph account.'

export const verificationMail = (reader: Reader, url: string): Content =>
  composeMail({
    subject: 'Verify your e-mail address',
    paragraphs: [
      `Welcome to Gigraph, ${reader.displayName}.`,
      'Confirm that this address is yours. The link works once, for 24 hours.',
    ],
    action: { label: 'Verify my address', url },
    footer: IGNORE,
  })

export const mfaCodeMail = (reader: Reader, code: string): Content =>
  composeMail({
    subject: 'Your Gigraph code',
    paragraphs: [
      `Hello ${reader.displayName}, this code completes your login. It works once, for 10 minutes.`,
      'We never ask for it by phone, chat or mail.',
    ],
    code,
    footer: 'Somebody logged in with your password. If it was not you, change your password now.',
  })

export const passwordResetMail = (reader: Reader, url: string): Content =>
  composeMail({
    subject: 'Choose a new password',
    paragraphs: [
      `Hello ${reader.displayName}, somebody asked for a new password for your account.`,
      'The link works once, for 30 minutes. Your second factor stays as it is.',
    ],
    action: { label: 'Choose a new password', url },
    footer: IGNORE,
  })

export const emailChangeMail = (reader: Reader, url: string): Content =>
  composeMail({
    subject: 'Confirm your new e-mail address',
    paragraphs: [
      `Hello ${reader.displayName}, confirm that this is your new address.`,
      'The link works once, for 1 hour, and only while you are logged in.',
    ],
    action: { label: 'Confirm this address', url },
    footer: IGNORE,
  })

export const invitationMail = (reader: Reader, url: string): Content =>
  composeMail({
    subject: 'You are invited to the Gigraph team',
    paragraphs: [
      `Hello ${reader.displayName}, a colleague made an account for you.`,
      'Choose your password with this link. It works once, for 7 days.',
    ],
    action: { label: 'Accept the invitation', url },
    footer: IGNORE,
  })

export const dataExportMail = (reader: Reader, url: string): Content =>
  composeMail({
    subject: 'Your data is ready',
    paragraphs: [
      `Hello ${reader.displayName}, the archive of your data is complete.`,
      'The link works for 7 days without a login: whoever has it has your data. Then the archive is deleted.',
    ],
    action: { label: 'Download my data', url },
    footer: ACCOUNT,
  })

export const formerAddressMail = (reader: Reader): Content =>
  composeMail({
    subject: 'Your e-mail address was changed',
    paragraphs: [
      `Hello ${reader.displayName}, your Gigraph account now has another e-mail address; this one no longer opens it.`,
      'If it was not you, write to our support at once.',
    ],
    footer: ACCOUNT,
  })

const notices: Readonly<Record<Notice, { readonly subject: string; readonly paragraphs: readonly string[] }>> = {
  ALREADY_REGISTERED: {
    subject: 'You already have an account',
    paragraphs: [
      'Somebody tried to register with this address, which has an account already.',
      'If it was you: log in, or ask for a new password.',
    ],
  },
  PASSWORD_CHANGED: {
    subject: 'Your password was changed',
    paragraphs: [
      'Your password was changed and all other sessions were ended.',
      'If it was not you, ask for a new password now.',
    ],
  },
  EMAIL_CHANGED: {
    subject: 'Your e-mail address was changed',
    paragraphs: ['This is now the address of your account.'],
  },
  MFA_CHANGED: {
    subject: 'Your second factor was changed',
    paragraphs: ['How you prove who you are at login was changed.', 'If it was not you, change your password now.'],
  },
  PASSKEY_ADDED: {
    subject: 'A new passkey was added',
    paragraphs: [
      'A new passkey can now log in to your account, without password or code.',
      'If it was not you, remove it and change your password now.',
    ],
  },
  PASSKEY_REMOVED: {
    subject: 'A passkey was removed',
    paragraphs: ['A passkey no longer logs in to your account.', 'If it was not you, change your password now.'],
  },
  RECOVERY_CODE_USED: {
    subject: 'A recovery code was used',
    paragraphs: ['Somebody logged in with one of your recovery codes.', 'If it was not you, change your password now.'],
  },
  NEW_DEVICE: {
    subject: 'Login from a new device',
    paragraphs: [
      'Somebody logged in to your account from a device or place that we have not seen before.',
      'If it was not you, end that session and change your password.',
    ],
  },
  API_KEY_CREATED: {
    subject: 'A new API key was created',
    paragraphs: ['A new API key can now act for you.', 'If it was not you, revoke it and change your password.'],
  },
  SUSPENDED: {
    subject: 'Your account is suspended',
    paragraphs: ['Our staff has suspended your account. The reason is shown when you log in.'],
  },
  REINSTATED: { subject: 'Your account is open again', paragraphs: ['The suspension of your account was lifted.'] },
  DELETION_SCHEDULED: {
    subject: 'Your account will be deleted',
    paragraphs: ['Your account will be deleted in 14 days.', 'Until then you can log in and cancel this.'],
  },
}

export const noticeMail = (reader: Reader, notice: Notice): Content => {
  const { subject, paragraphs } = notices[notice]
  return composeMail({ subject, paragraphs: [`Hello ${reader.displayName},`, ...paragraphs], footer: ACCOUNT })
}
