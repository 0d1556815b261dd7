import { composeMail, type Mail } from './index.ts'

/** The languages that every mail is written in. */
export const mailLanguages = ['en', 'de'] as const
export type MailLanguage = (typeof mailLanguages)[number]

/** The words of a mail in one language. `{name}` stands for a value that the mail is rendered with. */
export interface MailWords {
  readonly subject: string
  readonly paragraphs: readonly string[]
  /** What stands on the button; present when the mail has a link. */
  readonly action?: string
  /** Why the receiver got this, and how to stop it. */
  readonly footer: string
}

/** A mail in every language. */
export type MailTemplate = Readonly<Record<MailLanguage, MailWords>>

/** What a mail is rendered with: a value for each placeholder, the address of its link, its code. */
export interface MailValues {
  readonly values: Readonly<Record<string, string>>
  readonly url?: string
  readonly code?: string
  /** Paragraphs after the template's own, as they are: what other people wrote. */
  readonly quoted?: readonly string[]
}

/** The language of mails to somebody: that of their locale (BCP 47) when mails are written in it, else English. */
export const languageOf = (locale: string): MailLanguage => {
  const [language = ''] = locale.toLowerCase().split('-')
  return mailLanguages.find((known) => known === language) ?? 'en'
}

const PLACEHOLDER = /\{(\w+)\}/g

/** The placeholders of a mail's words, sorted. */
export const placeholdersOf = ({ subject, paragraphs, action = '', footer }: MailWords): string[] =>
  [
    ...new Set(
      [subject, ...paragraphs, action, footer].flatMap((text) =>
        [...text.matchAll(PLACEHOLDER)].map(([, name = '']) => name),
      ),
    ),
  ].sort()

/** A mail in the reader's language. @throws {Error} when a placeholder has no value, which is a defect */
export const renderMail = (
  template: MailTemplate,
  language: MailLanguage,
  { values, url, code, quoted = [] }: MailValues,
): Pick<Mail, 'subject' | 'text' | 'html'> => {
  const words = template[language]
  const fill = (text: string): string =>
    text.replace(PLACEHOLDER, (_, name: string) => {
      const value = values[name]
      if (value === undefined) throw new Error(`the mail “${words.subject}” has no value for {${name}}`)
      return value
    })
  return composeMail({
    language,
    subject: fill(words.subject),
    paragraphs: [...words.paragraphs.map(fill), ...quoted],
    ...(words.action && url && { action: { label: fill(words.action), url } }),
    ...(code && { code }),
    footer: fill(words.footer),
  })
}
