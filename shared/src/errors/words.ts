import type { z } from 'zod'

type Issue = z.core.$ZodRawIssue

const count = (number: unknown): string => Number(number).toLocaleString('en')

const tooSmall = ({ origin, minimum }: Extract<Issue, { code: 'too_small' }>): string => {
  if (origin === 'string')
    return Number(minimum) <= 1 ? 'This is empty.' : `Give at least ${count(minimum)} characters.`
  if (origin === 'array') return `Give at least ${count(minimum)}.`
  return `The least is ${count(minimum)}.`
}

const tooBig = ({ origin, maximum }: Extract<Issue, { code: 'too_big' }>): string => {
  if (origin === 'string') return `Give at most ${count(maximum)} characters.`
  if (origin === 'array') return `Give at most ${count(maximum)}.`
  return `The most is ${count(maximum)}.`
}

const formats: Readonly<Record<string, string>> = {
  url: 'Give a whole web address, such as https://example.com/page.',
  uuid: 'This is no id that was given out here.',
  date: 'Give a day, such as 2026-11-20.',
  datetime: 'Give an instant, such as 2026-11-20T14:00:00.000Z.',
  email: 'Give an e-mail address, such as ann@example.com.',
}

/** What to do about a fault, for people, where a schema says nothing of its own: the library's words are about its types. */
export const wordsOf = (issue: Issue): string | undefined => {
  if (issue.code === 'too_small') return tooSmall(issue)
  if (issue.code === 'too_big') return tooBig(issue)
  if (issue.code === 'invalid_format') return formats[issue.format] ?? 'This is not written as it must be.'
  if (issue.code === 'invalid_value') return `Give one of ${issue.values.map(String).join(', ')}.`
  if (issue.code === 'invalid_type') return 'This is missing, or of another kind than expected.'
  return undefined
}
