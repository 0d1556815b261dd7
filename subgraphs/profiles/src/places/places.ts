import { z } from 'zod'

const regions = new Intl.DisplayNames(['en'], { type: 'region', fallback: 'none' })
const tongues = new Intl.DisplayNames(['en'], { type: 'language', fallback: 'none' })

const isTimeZone = (name: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** An ISO 3166-1 alpha-2 code of a country that Unicode CLDR knows. */
export const country = z.string().refine((code) => /^[A-Z]{2}$/.test(code) && regions.of(code) !== undefined, {
  error: 'Give a country as its two-letter ISO 3166 code, such as DE.',
})

/** An ISO 639 code of a language that Unicode CLDR knows. */
export const languageCode = z.string().refine((code) => /^[a-z]{2,3}$/.test(code) && tongues.of(code) !== undefined, {
  error: 'Give a language as its ISO 639 code, such as en.',
})

/** A name of the IANA time zone database. */
export const timeZone = z
  .string()
  .max(60)
  .refine(isTimeZone, { error: 'Give an IANA time zone, such as Europe/Berlin.' })

/** A day that somebody living may speak of. */
export const day = z.iso.date().refine((text) => text >= '1900-01-01', { error: 'Give a day since 1900.' })

/** A country's name in English. */
export const countryName = (code: string): string => regions.of(code) ?? code

/** A language's name in English. */
export const languageName = (code: string): string => tongues.of(code) ?? code
