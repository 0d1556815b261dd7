import { gatewayShape } from '@gigraph/gateway/config'
import { shapeOf } from '@gigraph/shared/service'
import { z } from 'zod'
import { serviceNames, services } from '../stack/services.ts'
import { startShape } from '../start-config.ts'
import { databasesShape } from './databases-command.ts'
import { meanings } from './meanings.ts'

type Shape = Readonly<Record<string, z.ZodType>>

const shapes = new Map(serviceNames.map((name) => [name, shapeOf(services[name] as never) as unknown as Shape]))

/** What every service reads: the very same schema in each. */
const common: Shape = Object.fromEntries(
  Object.entries(shapes.get('identity') ?? {}).filter(([name, schema]) =>
    [...shapes.values()].every((shape) => shape[name] === schema),
  ),
)

const without = (shape: Shape, other: Shape): Shape =>
  Object.fromEntries(Object.entries(shape).filter(([name]) => !(name in other)))

const sections: readonly (readonly [title: string, shape: Shape])[] = [
  ['`npm start`', startShape],
  ['The gateway', gatewayShape],
  ['Every service', common],
  ...serviceNames.map((name) => [`Also ${name}`, without(shapes.get(name) ?? {}, common)] as const),
  ['`pnpm databases:make`', databasesShape],
]

const defaultOf = (schema: unknown): unknown => {
  if (schema instanceof z.ZodDefault) return schema.def.defaultValue
  if (schema instanceof z.ZodPipe) return defaultOf(schema.def.in)
  return undefined
}

/** What the program says of a value that cannot be right. */
const formOf = (schema: z.ZodType): string => {
  const message = schema.safeParse('\u0000').error?.issues[0]?.message ?? 'text'
  return message
    .replace(/^(Invalid option: expected|is required:) /, '')
    .replace(/^Too small: expected string to have >=(\d+) characters$/, 'at least $1 characters')
    .replace(/^must (have|be|look like|begin with) /, (_, verb: string) =>
      verb === 'look like' ? 'like ' : verb === 'begin with' ? 'begins with ' : '',
    )
}

const cell = (text: string): string => text.replaceAll('|', '\\|')

const rowOf = ([name, schema]: readonly [string, z.ZodType]): string => {
  const fallback = defaultOf(schema)
  const otherwise = !schema.safeParse(undefined).success
    ? '**required**'
    : fallback === undefined || fallback === ''
      ? ''
      : `\`${String(fallback)}\``
  return `| \`${name}\` | ${cell(formOf(schema))} | ${otherwise} | ${cell(meanings[name] ?? '')} |`
}

const table = ([title, shape]: (typeof sections)[number]): string => {
  const rows = Object.entries(shape).map(rowOf)
  if (rows.length === 0) return `## ${title}\n\nNothing more.`
  return [`## ${title}`, '', '| variable | value | default | meaning |', '|---|---|---|---|', ...rows].join('\n')
}

/**
 * The text of docs/VARIABLES.md.
 *
 * @throws {Error} naming the variables that have no meaning, and the meanings that have no variable
 */
export const renderVariables = (): string => {
  const names = new Set(sections.flatMap(([, shape]) => Object.keys(shape)))
  const faults = [
    ...[...names].filter((name) => !(name in meanings)).map((name) => `${name} is not explained`),
    ...Object.keys(meanings)
      .filter((name) => !names.has(name) && !isPeer(name))
      .map((name) => `${name} is explained, but no program reads it`),
  ]
  if (faults.length > 0) throw new Error(`dev/src/ops/meanings.ts: ${faults.join('; ')}`)
  const heading = [
    '# Environment variables',
    '',
    'Written by `pnpm docs:variables` from the programs themselves; `pnpm check:docs` fails when it is stale.',
    'Every program reads its variables once, at start, and names all faults at once before it ends with 1.',
    'An empty value counts as absent.',
  ].join('\n')
  return `${[heading, ...sections.map(table)].join('\n\n')}\n`
}

/** Whether a service of this name could be called: which services do call it is the services' business. */
const isPeer = (variable: string): boolean => serviceNames.some((name) => `${name.toUpperCase()}_URL` === variable)
