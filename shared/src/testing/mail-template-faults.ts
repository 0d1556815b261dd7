import { type MailTemplate, type MailWords, mailLanguages, placeholdersOf } from '../mail/index.ts'

const shapeOf = (words: MailWords) => ({
  placeholders: placeholdersOf(words).join(', '),
  paragraphs: words.paragraphs.length,
  action: words.action !== undefined,
})

/** How a template's languages differ in more than words, or do not differ at all; each fault in one line. */
export const mailTemplateFaults = (name: string, template: MailTemplate): string[] => {
  const english = shapeOf(template.en)
  return mailLanguages
    .filter((language) => language !== 'en')
    .flatMap((language) => {
      const other = shapeOf(template[language])
      const differing = (Object.keys(english) as (keyof typeof english)[]).filter((key) => english[key] !== other[key])
      const faults = differing.map((key) => `${name}: ${key} differ between en and ${language}`)
      const same =
        template.en.subject === template[language].subject &&
        /[a-z]{4}/.test(template.en.subject.replaceAll(/\{\w+\}/g, ''))
      return same ? [...faults, `${name}: the subject is not translated to ${language}`] : faults
    })
}
