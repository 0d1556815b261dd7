import { expect, test } from 'vitest'
import { languageOf, type MailTemplate, renderMail } from './index.ts'

const template: MailTemplate = {
  en: { subject: 'For {name}', paragraphs: ['Hello {name}.'], action: 'Open', footer: 'Bye, {name}.' },
  de: { subject: 'Für {name}', paragraphs: ['Guten Tag {name}.'], action: 'Öffnen', footer: 'Tschüss, {name}.' },
}

test('a locale leads to the language that mails are written in, any other to English', () => {
  expect(['de', 'de-AT', 'DE-ch', 'en-GB', 'fr', '', 'deutsch'].map(languageOf)).toEqual([
    'de',
    'de',
    'de',
    'en',
    'en',
    'en',
    'en',
  ])
})

test('values fill placeholders in text and HTML, and are never placeholders or markup themselves', () => {
  const mail = renderMail(template, 'de', {
    values: { name: '<b>{code} $& Ann' },
    url: 'https://gigraph.test/?a=1&b=2',
  })
  expect(mail.subject).toBe('Für <b>{code} $& Ann')
  expect(mail.text).toContain('Guten Tag <b>{code} $& Ann.')
  expect(mail.html).toContain('Guten Tag &lt;b&gt;{code} $&amp; Ann.')
  expect(mail.html).toContain('href="https://gigraph.test/?a=1&amp;b=2"')
  expect(mail.html).toContain('<html lang="de">')
})

test('a mail without a value for a placeholder is a defect, not a mail', () => {
  expect(() => renderMail(template, 'en', { values: {} })).toThrow('no value for {name}')
})
