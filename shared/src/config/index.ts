import { z } from 'zod'

/** The process's own variables; everything else gets them passed. */
export const environment: Readonly<Record<string, string | undefined>> = process.env

/** The configuration cannot be used; the message lists every fault, one a line. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/**
 * Reads a program's configuration from environment variables.
 *
 * @param program name that the error message starts with
 * @param shape one zod schema per variable; an empty string counts as absent
 * @param variables usually {@link environment}
 * @param check faults between variables, each in one line as `NAME: what is wrong`
 * @throws {ConfigurationError} naming every missing or malformed variable at once
 */
export const readConfiguration = <Shape extends z.ZodRawShape>(
  program: string,
  shape: Shape,
  variables: Readonly<Record<string, string | undefined>>,
  check: (present: Readonly<Record<string, string | undefined>>) => readonly string[] = () => [],
): z.output<z.ZodObject<Shape>> => {
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== '' && value !== undefined),
  )
  const parsed = z.object(shape).safeParse(present)
  const between = check(present).map((fault) => `  ${fault}`)
  if (parsed.success && between.length === 0) return parsed.data
  const issues = parsed.success ? [] : parsed.error.issues
  const faults = [...issues.map((issue) => `  ${issue.path.join('.') || '(all)'}: ${issue.message}`), ...between]
  throw new ConfigurationError(
    `${program} cannot start, its configuration has ${faults.length} fault(s):\n${faults.join('\n')}`,
  )
}

const absent = (issue: { input?: unknown }, example: string) =>
  issue.input === undefined ? `is required, for example ${example}` : `must look like ${example}`

/** A URL of one of the given schemes. */
export const url = (example: string, ...schemes: string[]) =>
  z
    .string({ error: (issue) => absent(issue, example) })
    .refine((value) => URL.canParse(value) && schemes.includes(new URL(value).protocol.replace(':', '')), {
      error: `must look like ${example}`,
    })

export const postgresUrl = (database: string) =>
  url(`postgres://user:password@localhost:5432/${database}`, 'postgres', 'postgresql')

export const httpUrl = (example: string) => url(example, 'http', 'https')

/** A secret of at least 32 characters. */
export const secret = z
  .string({ error: 'is required: at least 32 random characters' })
  .min(32, { error: 'must have at least 32 random characters' })

/** A number between two bounds, with a default. */
export const integer = (minimum: number, maximum: number, fallback: number) =>
  z.coerce
    .number({ error: `must be a whole number from ${minimum} to ${maximum}` })
    .int({ error: 'must be a whole number' })
    .min(minimum, { error: `must be at least ${minimum}` })
    .max(maximum, { error: `must be at most ${maximum}` })
    .default(fallback)

/**
 * A value written as JSON.
 *
 * @param what as in "must be …"
 */
export const json = <Schema extends z.ZodType>(schema: Schema, what: string) =>
  z
    .string()
    .transform((value, context): unknown => {
      try {
        return JSON.parse(value)
      } catch {
        context.issues.push({ code: 'custom', message: `must be ${what}`, input: value })
        return z.NEVER
      }
    })
    .pipe(schema)

/** An Ed25519 key as a JSON Web Key (RFC 8037), written as JSON. */
export const jsonWebKey = z
  .string({ error: 'is required: an Ed25519 JSON Web Key as JSON' })
  .transform((text, context) => {
    try {
      const key: unknown = JSON.parse(text)
      return z.looseObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string() }).parse(key)
    } catch {
      context.addIssue({
        code: 'custom',
        message: 'must be an Ed25519 JSON Web Key as JSON: {"kty":"OKP","crv":"Ed25519","x":"…"}',
      })
      return z.NEVER
    }
  })
