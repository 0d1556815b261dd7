import type { MailLanguage, MailTemplate, MailWords } from '@gigraph/shared/mail'

/** `{footer}` says why the receiver got it and how to stop it. */
const mail = (en: Omit<MailWords, 'footer'>, de: Omit<MailWords, 'footer'>): MailTemplate => ({
  en: { ...en, paragraphs: ['Hello {name},', ...en.paragraphs], footer: '{footer}' },
  de: { ...de, paragraphs: ['Guten Tag {name},', ...de.paragraphs], footer: '{footer}' },
})

/** Mails that tell people what has happened. What happened is quoted as it stands in the product. */
export const messagingMails = {
  notification: mail(
    { subject: '{title}', paragraphs: [], action: 'Open' },
    { subject: '{title}', paragraphs: [], action: 'Öffnen' },
  ),
  digestOfOne: mail(
    { subject: 'Your day at Gigraph: {count} notification', paragraphs: [], action: 'See all' },
    { subject: 'Ihr Tag bei Gigraph: {count} Benachrichtigung', paragraphs: [], action: 'Alle ansehen' },
  ),
  digest: mail(
    { subject: 'Your day at Gigraph: {count} notifications', paragraphs: [], action: 'See all' },
    { subject: 'Ihr Tag bei Gigraph: {count} Benachrichtigungen', paragraphs: [], action: 'Alle ansehen' },
  ),
  message: mail(
    { subject: 'New message from {sender}', paragraphs: [], action: 'Answer' },
    { subject: 'Neue Nachricht von {sender}', paragraphs: [], action: 'Antworten' },
  ),
  messages: mail(
    { subject: '{count} new messages from {sender}', paragraphs: [], action: 'Answer' },
    { subject: '{count} neue Nachrichten von {sender}', paragraphs: [], action: 'Antworten' },
  ),
  messageAbout: mail(
    { subject: 'New message from {sender} about “{title}”', paragraphs: [], action: 'Answer' },
    { subject: 'Neue Nachricht von {sender} zu „{title}“', paragraphs: [], action: 'Antworten' },
  ),
  messagesAbout: mail(
    { subject: '{count} new messages from {sender} about “{title}”', paragraphs: [], action: 'Answer' },
    { subject: '{count} neue Nachrichten von {sender} zu „{title}“', paragraphs: [], action: 'Antworten' },
  ),
} as const satisfies Record<string, MailTemplate>

export type MessagingMail = keyof typeof messagingMails

/** What a category is called in a sentence. */
const categoryWords = {
  ORDERS: { en: 'orders', de: 'Aufträgen' },
  MESSAGES: { en: 'messages', de: 'Nachrichten' },
  PAYMENTS: { en: 'payments', de: 'Zahlungen' },
  REVIEWS: { en: 'reviews', de: 'Bewertungen' },
  MARKETING: { en: 'marketing', de: 'Angeboten' },
  SECURITY: { en: 'security', de: 'Sicherheit' },
} as const

/** Parts of mails. Their ends: with `{url}`, where one click stops such mails, or because they cannot be stopped. */
export const footerWords = {
  stoppable: {
    en: 'You get this because you hear of {category} by mail. No more such mails: {url}',
    de: 'Sie erhalten diese Nachricht, weil Sie per Mail von {category} hören. Keine solchen Mails mehr: {url}',
  },
  security: {
    en: 'You get this because it concerns the safety of your account.',
    de: 'Sie erhalten diese Nachricht, weil sie die Sicherheit Ihres Kontos betrifft.',
  },
  /** In place of a message's text when it holds files alone. */
  file: { en: '(a file)', de: '(eine Datei)' },
  files: { en: '({count} files)', de: '({count} Dateien)' },
  formerMember: { en: 'A former member', de: 'Ein ehemaliges Mitglied' },
} as const

/** Why the reader got the mail; `url`: where one click stops such mails, absent where they cannot be stopped. */
export const footerOf = (
  language: MailLanguage,
  category: keyof typeof categoryWords,
  url: string | undefined,
): string =>
  url
    ? footerWords.stoppable[language]
        .replace('{category}', categoryWords[category][language])
        .replace('{url}', () => url)
    : footerWords.security[language]
