import { type MailPreview, mailLanguages } from '@gigraph/shared/mail'
import { notices } from './mail-jobs.ts'
import {
  dataExportMail,
  emailChangeMail,
  formerAddressMail,
  invitationMail,
  mfaCodeMail,
  noticeMail,
  passwordResetMail,
  type Reader,
  verificationMail,
} from './templates.ts'

const LINK = 'https://gigraph.example/a-page?token=a-sample-that-opens-nothing'
const WHEN = new Date('2026-12-05T12:00:00.000Z')

const all = (reader: Reader): readonly (readonly [string, ReturnType<typeof noticeMail>])[] => [
  ['verification', verificationMail(reader, LINK)],
  ['mfa-code', mfaCodeMail(reader, '123456')],
  ['password-reset', passwordResetMail(reader, LINK)],
  ['email-change', emailChangeMail(reader, LINK)],
  ['former-address', formerAddressMail(reader)],
  ['invitation', invitationMail(reader, LINK)],
  ['data-export', dataExportMail(reader, LINK)],
  ...notices.map((notice) => [notice.toLowerCase().replaceAll('_', '-'), noticeMail(reader, notice)] as const),
]

/** Every mail of this service in every language, with samples. */
export const mailPreviews = (): MailPreview[] =>
  mailLanguages.flatMap((language) =>
    all({ displayName: 'Maya Lindqvist', locale: language, timeZone: 'Europe/Berlin', deletionDueAt: WHEN }).map(
      ([name, mail]) => ({ service: 'identity', name, language, ...mail }),
    ),
  )
