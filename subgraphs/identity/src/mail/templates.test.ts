import { mailTemplateFaults } from '@gigraph/shared/testing'
import { expect, test } from 'vitest'
import { notices } from './mail-jobs.ts'
import { formerAddressWords, noticeWords } from './notice-words.ts'
import { mailPreviews } from './previews.ts'
import { requestedMails } from './words.ts'

const templates = { ...requestedMails, ...noticeWords, formerAddress: formerAddressWords }

test('every mail is there in every language, with the same placeholders', () => {
  expect(Object.entries(templates).flatMap(([name, template]) => mailTemplateFaults(name, template))).toEqual([])
  expect(Object.keys(noticeWords).sort()).toEqual([...notices].sort())
})

test('every mail has a preview in text and HTML, in English and German, with nothing left to fill in', () => {
  const previews = mailPreviews()
  expect(previews).toHaveLength(Object.keys(templates).length * 2)
  for (const { subject, text, html, language } of previews) {
    expect(`${subject}${text}`).not.toMatch(/[{}]|undefined/)
    expect(text).toContain('Maya Lindqvist')
    expect(html).toContain(`<html lang="${language}">`)
  }
})

test('dates are those of the reader’s language and time zone', () => {
  const of = (language: string) =>
    mailPreviews().find((mail) => mail.name === 'deletion-scheduled' && mail.language === language)?.text
  expect(of('en')).toContain('December 5, 2026')
  expect(of('de')).toContain('5. Dezember 2026')
})
