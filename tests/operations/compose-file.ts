import { readFileSync } from 'node:fs'
import { parseEnv } from 'node:util'
import { parse } from 'yaml'
import { z } from 'zod'

const text = z.union([z.string(), z.number(), z.boolean()]).transform(String)

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string(),
      command: z.array(z.string()).optional(),
      environment: z.record(z.string(), text.nullable()).default({}),
      depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
      ports: z.array(z.string()).default([]),
      networks: z.array(z.string()).default([]),
      volumes: z.array(z.string()).default([]),
      restart: z.string(),
      stop_grace_period: z.string(),
      healthcheck: z.union([z.looseObject({ test: z.array(z.string()) }), z.object({ disable: z.literal(true) })]),
    }),
  ),
  networks: z.record(z.string(), z.looseObject({ internal: z.boolean().optional() })),
  volumes: z.record(z.string(), z.object({})),
})

export type ComposeFile = z.output<typeof composeFile>

/** The repository's docker-compose.yml as plain data, its variables still unfilled. */
export const readComposeFile = (): unknown =>
  parse(readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8'), { merge: true })

/** Every variable that the file takes from `.env`, and what it says when one is missing. */
export const listVariables = (file: unknown): ReadonlyMap<string, string | null> =>
  new Map(
    [...JSON.stringify(file).matchAll(VARIABLE)].map(([, name = '', operator, word]) => [
      name,
      operator === ':?' ? (word ?? '') : null,
    ]),
  )

const VARIABLE = /\$\{(\w+)(?:(:-|:\?)((?:[^}\\]|\\.)*))?\}/g

/**
 * Fills the file in as Compose does (https://docs.docker.com/reference/compose-file/interpolation/): `:-` and `:?`, in
 * values only.
 *
 * @throws {Error} with the file's own message when a variable is missing
 */
export const fillIn = (file: unknown, dotenv: string): ComposeFile => {
  const variables: Record<string, string | undefined> = parseEnv(dotenv)
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') return value.replaceAll(VARIABLE, (_, ...found) => replacement(variables, found))
    if (Array.isArray(value)) return value.map(fill)
    if (value === null || typeof value !== 'object') return value
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner)]))
  }
  return composeFile.parse(fill(file))
}

const replacement = (
  variables: Readonly<Record<string, string | undefined>>,
  [name, operator, word = '']: readonly string[],
): string => {
  const value = variables[name ?? '']
  if (value) return value
  if (operator === ':?') throw new Error(`${name}: ${word}`)
  return word
}
