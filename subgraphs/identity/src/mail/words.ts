import type { MailTemplate } from '@gigraph/shared/mail'

/** What stands at the end of mails that anybody can cause. */
const unasked = {
  en: 'You get this because somebody entered this address at Gigraph. If it was not you, you need not do anything.',
  de: 'Sie erhalten diese Nachricht, weil jemand diese Adresse bei Gigraph eingegeben hat. Waren Sie es nicht, müssen Sie nichts tun.',
} as const

/** Mails with a link or a code: the reader asked for them. */
export const requestedMails = {
  verification: {
    en: {
      subject: 'Verify your e-mail address',
      paragraphs: [
        'Welcome to Gigraph, {name}.',
        'Confirm that this address is yours. The link works once, for 24 hours.',
      ],
      action: 'Verify my address',
      footer: unasked.en,
    },
    de: {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      paragraphs: [
        'Willkommen bei Gigraph, {name}.',
        'Bestätigen Sie, dass diese Adresse Ihnen gehört. Der Link gilt einmal, 24 Stunden lang.',
      ],
      action: 'Adresse bestätigen',
      footer: unasked.de,
    },
  },
  mfaCode: {
    en: {
      subject: 'Your Gigraph code',
      paragraphs: [
        'Hello {name}, this code completes your login. It works once, for 10 minutes.',
        'We never ask for it by phone, chat or mail.',
      ],
      footer: 'Somebody logged in with your password. If it was not you, change your password now.',
    },
    de: {
      subject: 'Ihr Gigraph-Code',
      paragraphs: [
        'Guten Tag {name}, mit diesem Code schließen Sie Ihre Anmeldung ab. Er gilt einmal, 10 Minuten lang.',
        'Wir fragen Sie nie am Telefon, im Chat oder per Mail danach.',
      ],
      footer: 'Jemand hat sich mit Ihrem Passwort angemeldet. Waren Sie es nicht, ändern Sie jetzt Ihr Passwort.',
    },
  },
  passwordReset: {
    en: {
      subject: 'Choose a new password',
      paragraphs: [
        'Hello {name}, somebody asked for a new password for your account.',
        'The link works once, for 30 minutes. Your second factor stays as it is.',
      ],
      action: 'Choose a new password',
      footer: unasked.en,
    },
    de: {
      subject: 'Wählen Sie ein neues Passwort',
      paragraphs: [
        'Guten Tag {name}, jemand hat für Ihr Konto ein neues Passwort angefordert.',
        'Der Link gilt einmal, 30 Minuten lang. Ihr zweiter Faktor bleibt, wie er ist.',
      ],
      action: 'Neues Passwort wählen',
      footer: unasked.de,
    },
  },
  emailChange: {
    en: {
      subject: 'Confirm your new e-mail address',
      paragraphs: [
        'Hello {name}, confirm that this is your new address.',
        'The link works once, for 1 hour, and only while you are logged in.',
      ],
      action: 'Confirm this address',
      footer: unasked.en,
    },
    de: {
      subject: 'Bestätigen Sie Ihre neue E-Mail-Adresse',
      paragraphs: [
        'Guten Tag {name}, bestätigen Sie, dass dies Ihre neue Adresse ist.',
        'Der Link gilt einmal, 1 Stunde lang, und nur, während Sie angemeldet sind.',
      ],
      action: 'Adresse bestätigen',
      footer: unasked.de,
    },
  },
  invitation: {
    en: {
      subject: 'You are invited to the Gigraph team',
      paragraphs: [
        'Hello {name}, a colleague made an account for you.',
        'Choose your password with this link. It works once, for 7 days.',
      ],
      action: 'Accept the invitation',
      footer: unasked.en,
    },
    de: {
      subject: 'Sie sind ins Gigraph-Team eingeladen',
      paragraphs: [
        'Guten Tag {name}, jemand aus dem Team hat ein Konto für Sie angelegt.',
        'Wählen Sie mit diesem Link Ihr Passwort. Er gilt einmal, 7 Tage lang.',
      ],
      action: 'Einladung annehmen',
      footer: unasked.de,
    },
  },
  dataExport: {
    en: {
      subject: 'Your data is ready',
      paragraphs: [
        'Hello {name}, the archive of your data is complete.',
        'The link works for 7 days without a login: whoever has it has your data. Then the archive is deleted.',
      ],
      action: 'Download my data',
      footer: 'You get this because you asked for your data. If it was not you, change your password now.',
    },
    de: {
      subject: 'Ihre Daten stehen bereit',
      paragraphs: [
        'Guten Tag {name}, das Archiv mit Ihren Daten ist fertig.',
        'Der Link gilt 7 Tage lang ohne Anmeldung: Wer ihn hat, hat Ihre Daten. Danach wird das Archiv gelöscht.',
      ],
      action: 'Meine Daten herunterladen',
      footer:
        'Sie erhalten diese Nachricht, weil Sie Ihre Daten angefordert haben. Waren Sie es nicht, ändern Sie jetzt Ihr Passwort.',
    },
  },
} as const satisfies Record<string, MailTemplate>
