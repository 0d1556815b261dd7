import { mailTemplateFaults } from '@gigraph/shared/testing'
import { expect, test } from 'vitest'
import { mailPreviews } from './previews.ts'
import { messagingMails } from './words.ts'

test('every mail is there in every language, with the same placeholders', () => {
  expect(Object.entries(messagingMails).flatMap(([name, template]) => mailTemplateFaults(name, template))).toEqual([])
})

test('every mail has a preview in English and German, with nothing left to fill in and a way to stop it', () => {
  const previews = mailPreviews()
  expect(previews).toHaveLength(Object.keys(messagingMails).length * 2)
  for (const { subject, text } of previews) {
    expect(`${subject}${text}`).not.toMatch(/[{}]|undefined/)
    expect(text).toContain('/unsubscribe?token=')
  }
})
