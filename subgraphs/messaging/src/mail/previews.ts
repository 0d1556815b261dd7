import { type MailLanguage, type MailPreview, mailLanguages, renderMail } from '@gigraph/shared/mail'
import { footerOf, type MessagingMail, messagingMails } from './words.ts'

const QUOTED = ['Leo Carter: Could you have a look at the second draft?']

const preview = (mail: MessagingMail, language: MailLanguage) =>
  renderMail(messagingMails[mail], language, {
    values: {
      name: 'Maya Lindqvist',
      sender: 'Leo Carter',
      title: 'A logo for a bakery',
      count: mail === 'digestOfOne' ? '1' : '3',
      footer: footerOf(language, 'MESSAGES', 'https://gigraph.example/unsubscribe?token=a-sample'),
    },
    url: 'https://gigraph.example/messages',
    quoted: QUOTED,
  })

/** Every mail of this service in every language, with samples. */
export const mailPreviews = (): MailPreview[] =>
  mailLanguages.flatMap((language) =>
    (Object.keys(messagingMails) as MessagingMail[]).map((name) => ({
      service: 'messaging',
      name,
      language,
      ...preview(name, language),
    })),
  )
