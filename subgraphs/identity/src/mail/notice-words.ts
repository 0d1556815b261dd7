import type { MailTemplate, MailWords } from '@gigraph/shared/mail'
import type { Notice } from './mail-jobs.ts'

type Short = Pick<MailWords, 'subject'> & { readonly body: readonly string[] }

/** Notices all begin and end in the same way. */
const notice = (en: Short, de: Short): MailTemplate => ({
  en: {
    subject: en.subject,
    paragraphs: ['Hello {name},', ...en.body],
    footer: 'You get this because it concerns the security of your Gigraph account.',
  },
  de: {
    subject: de.subject,
    paragraphs: ['Guten Tag {name},', ...de.body],
    footer: 'Sie erhalten diese Nachricht, weil sie die Sicherheit Ihres Gigraph-Kontos betrifft.',
  },
})

const CHANGE_PASSWORD = {
  en: 'If it was not you, change your password now.',
  de: 'Waren Sie es nicht, ändern Sie jetzt Ihr Passwort.',
} as const

/** Tells the address that an account no longer has. */
export const formerAddressWords = notice(
  {
    subject: 'Your e-mail address was changed',
    body: [
      'Your Gigraph account now has another e-mail address; this one no longer opens it.',
      'If it was not you, write to our support at once.',
    ],
  },
  {
    subject: 'Ihre E-Mail-Adresse wurde geändert',
    body: [
      'Ihr Gigraph-Konto hat jetzt eine andere E-Mail-Adresse; diese öffnet es nicht mehr.',
      'Waren Sie es nicht, schreiben Sie sofort unserem Support.',
    ],
  },
)

/** What an owner is told about the account, without anything to press. `{date}` is when it will be deleted. */
export const noticeWords: Readonly<Record<Notice, MailTemplate>> = {
  ALREADY_REGISTERED: notice(
    {
      subject: 'You already have an account',
      body: [
        'Somebody tried to register with this address, which has an account already.',
        'If it was you: log in, or ask for a new password.',
      ],
    },
    {
      subject: 'Sie haben bereits ein Konto',
      body: [
        'Jemand wollte sich mit dieser Adresse registrieren, zu der es bereits ein Konto gibt.',
        'Waren Sie es, melden Sie sich an oder fordern Sie ein neues Passwort an.',
      ],
    },
  ),
  PASSWORD_CHANGED: notice(
    {
      subject: 'Your password was changed',
      body: [
        'Your password was changed and all other sessions were ended.',
        'If it was not you, ask for a new password now.',
      ],
    },
    {
      subject: 'Ihr Passwort wurde geändert',
      body: [
        'Ihr Passwort wurde geändert, alle anderen Sitzungen wurden beendet.',
        'Waren Sie es nicht, fordern Sie jetzt ein neues Passwort an.',
      ],
    },
  ),
  EMAIL_CHANGED: notice(
    { subject: 'Your e-mail address was changed', body: ['This is now the address of your account.'] },
    { subject: 'Ihre E-Mail-Adresse wurde geändert', body: ['Dies ist jetzt die Adresse Ihres Kontos.'] },
  ),
  MFA_CHANGED: notice(
    {
      subject: 'Your second factor was changed',
      body: ['How you prove who you are at login was changed.', CHANGE_PASSWORD.en],
    },
    {
      subject: 'Ihr zweiter Faktor wurde geändert',
      body: ['Wie Sie sich bei der Anmeldung ausweisen, wurde geändert.', CHANGE_PASSWORD.de],
    },
  ),
  PASSKEY_ADDED: notice(
    {
      subject: 'A new passkey was added',
      body: [
        'A new passkey can now log in to your account, without password or code.',
        'If it was not you, remove it and change your password now.',
      ],
    },
    {
      subject: 'Ein neuer Passkey wurde hinzugefügt',
      body: [
        'Ein neuer Passkey kann sich jetzt an Ihrem Konto anmelden, ohne Passwort und Code.',
        'Waren Sie es nicht, entfernen Sie ihn und ändern Sie jetzt Ihr Passwort.',
      ],
    },
  ),
  PASSKEY_REMOVED: notice(
    { subject: 'A passkey was removed', body: ['A passkey no longer logs in to your account.', CHANGE_PASSWORD.en] },
    {
      subject: 'Ein Passkey wurde entfernt',
      body: ['Ein Passkey kann sich nicht mehr an Ihrem Konto anmelden.', CHANGE_PASSWORD.de],
    },
  ),
  RECOVERY_CODE_USED: notice(
    {
      subject: 'A recovery code was used',
      body: ['Somebody logged in with one of your recovery codes.', CHANGE_PASSWORD.en],
    },
    {
      subject: 'Ein Wiederherstellungscode wurde benutzt',
      body: ['Jemand hat sich mit einem Ihrer Wiederherstellungscodes angemeldet.', CHANGE_PASSWORD.de],
    },
  ),
  NEW_DEVICE: notice(
    {
      subject: 'Login from a new device',
      body: [
        'Somebody logged in to your account from a device or place that we have not seen before.',
        'If it was not you, end that session and change your password.',
      ],
    },
    {
      subject: 'Anmeldung von einem neuen Gerät',
      body: [
        'Jemand hat sich von einem Gerät oder Ort, den wir noch nicht kennen, an Ihrem Konto angemeldet.',
        'Waren Sie es nicht, beenden Sie diese Sitzung und ändern Sie Ihr Passwort.',
      ],
    },
  ),
  API_KEY_CREATED: notice(
    {
      subject: 'A new API key was created',
      body: ['A new API key can now act for you.', 'If it was not you, revoke it and change your password.'],
    },
    {
      subject: 'Ein neuer API-Schlüssel wurde angelegt',
      body: [
        'Ein neuer API-Schlüssel kann jetzt für Sie handeln.',
        'Waren Sie es nicht, widerrufen Sie ihn und ändern Sie Ihr Passwort.',
      ],
    },
  ),
  SUSPENDED: notice(
    {
      subject: 'Your account is suspended',
      body: ['Our staff has suspended your account. The reason is shown when you log in.'],
    },
    {
      subject: 'Ihr Konto ist gesperrt',
      body: ['Unser Team hat Ihr Konto gesperrt. Den Grund sehen Sie, wenn Sie sich anmelden.'],
    },
  ),
  REINSTATED: notice(
    { subject: 'Your account is open again', body: ['The suspension of your account was lifted.'] },
    { subject: 'Ihr Konto ist wieder offen', body: ['Die Sperre Ihres Kontos wurde aufgehoben.'] },
  ),
  DELETION_SCHEDULED: notice(
    {
      subject: 'Your account will be deleted',
      body: ['Your account will be deleted in 14 days, on {date}.', 'Until then you can log in and cancel this.'],
    },
    {
      subject: 'Ihr Konto wird gelöscht',
      body: [
        'Ihr Konto wird in 14 Tagen gelöscht, am {date}.',
        'Bis dahin können Sie sich anmelden und die Löschung zurücknehmen.',
      ],
    },
  ),
}
