import type { MessageRow } from './message.ts'

export type ContactDetail = MessageRow['contactDetails'][number]

const patterns: Readonly<Record<ContactDetail, RegExp>> = {
  // An address, also with (at) and (dot) written out.
  EMAIL: /[\w.+-]+\s?(?:@|[([]\s?at\s?[)\]])\s?[\w-]+(?:\s?(?:\.|[([]\s?dot\s?[)\]])\s?[a-z]{2,})+/i,
  // At least nine digits with the usual separators, not glued to letters or to a longer number.
  PHONE: /(?<![\w.,$€£#-])\+?\(?\d(?:[\s().-]{0,2}\d){8,14}(?![\w])/,
  MESSENGER:
    /\b(?:whats\s?app|telegram|skype|discord|wechat|viber|signal|facetime|zoom)\b(?=.{0,40}?(?:@|:|\+?\d{3,}|\bme\b|\bid\b))|\b(?:t\.me|wa\.me|discord\.gg)\//i,
  LINK: /\b(?:https?:\/\/|www\.)(?!(?:[\w-]+\.)*gigraph\.)[\w-]+\.[^\s]{2,}/i,
}

/** What a text gives away to meet elsewhere. A hint for people, not a proof: nothing is cut because of it. */
export const findContactDetails = (text: string): ContactDetail[] =>
  (Object.keys(patterns) as ContactDetail[]).filter((detail) => patterns[detail].test(text))
