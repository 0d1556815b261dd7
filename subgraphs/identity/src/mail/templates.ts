import { languageOf, type Mail, type MailTemplate, type MailValues, renderMail } from '@gigraph/shared/mail'
import type { Notice } from './mail-jobs.ts'
import { formerAddressWords, noticeWords } from './notice-words.ts'
import { requestedMails } from './words.ts'

type Content = Pick<Mail, 'subject' | 'text' | 'html'>

/** Whom a mail greets, in which language, with dates of which time zone. */
export interface Reader {
  readonly displayName: string
  readonly locale: string
  readonly timeZone: string
  readonly deletionDueAt?: Date | null
}

const render = (template: MailTemplate, { displayName, locale }: Reader, more: Partial<MailValues> = {}): Content =>
  renderMail(template, languageOf(locale), { ...more, values: { name: displayName, ...more.values } })

const dayOf = (instant: Date, { locale, timeZone }: Reader): string =>
  new Intl.DateTimeFormat(languageOf(locale), { dateStyle: 'long', timeZone }).format(instant)

export const verificationMail = (reader: Reader, url: string): Content =>
  render(requestedMails.verification, reader, { url })

export const mfaCodeMail = (reader: Reader, code: string): Content => render(requestedMails.mfaCode, reader, { code })

export const passwordResetMail = (reader: Reader, url: string): Content =>
  render(requestedMails.passwordReset, reader, { url })

export const emailChangeMail = (reader: Reader, url: string): Content =>
  render(requestedMails.emailChange, reader, { url })

export const invitationMail = (reader: Reader, url: string): Content =>
  render(requestedMails.invitation, reader, { url })

export const dataExportMail = (reader: Reader, url: string): Content =>
  render(requestedMails.dataExport, reader, { url })

export const formerAddressMail = (reader: Reader): Content => render(formerAddressWords, reader)

export const noticeMail = (reader: Reader, notice: Notice): Content =>
  render(noticeWords[notice], reader, {
    values: reader.deletionDueAt ? { date: dayOf(reader.deletionDueAt, reader) } : {},
  })
