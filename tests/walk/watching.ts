import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import type { Walk } from './scene.ts'

const rules = z
  .object({ groups: z.array(z.object({ rules: z.array(z.object({ alert: z.string(), expr: z.string() })) })) })
  .parse(parse(readFileSync(new URL('../../docs/alerts.yml', import.meta.url), 'utf8')))
  .groups.flatMap((group) => group.rules)

const panels = z
  .object({
    panels: z.array(z.object({ title: z.string(), targets: z.array(z.object({ expr: z.string() })).default([]) })),
  })
  .parse(JSON.parse(readFileSync(new URL('../../deploy/dashboard.json', import.meta.url), 'utf8')))
  .panels.flatMap(({ title, targets }) => targets.map(({ expr }) => ({ title, expr })))

/** What stands in an expression as a metric, with the labels that it asks for: `name{label="value"}`. */
const watched = (expr: string): readonly { readonly name: string; readonly labels: readonly string[] }[] =>
  [...expr.matchAll(/\b((?:gateway|gigraph|nodejs|process)_\w+)(?:\{([^}]*)\})?/g)].map(
    ([, name = '', labels = '']) => ({
      name,
      labels: [...labels.matchAll(/\w+="[^"]*"/g)].map(([label]) => label),
    }),
  )

const metricsOf = async (url: string): Promise<string[]> =>
  (await (await fetch(new URL('/metrics', url))).text()).split('\n')

/** Operators watch: what alerts ask for is there before anything has gone wrong. */
export const describeWatching = (walk: Walk): void => {
  test('every metric that an alert asks for is told by the running programs', async () => {
    const { graphqlUrl, serviceUrls } = walk.stack
    const lines = (await Promise.all([graphqlUrl, ...Object.values(serviceUrls)].map(metricsOf))).flat()
    const unknown = rules.flatMap(({ alert, expr }) =>
      watched(expr)
        // Sockets close with 1006 and fetches fail only when something is wrong; the metric itself must be there.
        .filter(({ name, labels }) => {
          const expected = name.startsWith('gateway_') ? [] : labels
          return !lines.some((line) => line.startsWith(name) && expected.every((label) => line.includes(label)))
        })
        .map(({ name }) => `${alert}: ${name}`),
    )
    expect(unknown).toEqual([])
    expect(rules.flatMap(({ expr }) => watched(expr)).length).toBeGreaterThan(8)
  })

  test('every metric of the dashboard is told by the running programs', async () => {
    const { graphqlUrl, serviceUrls } = walk.stack
    const lines = (await Promise.all([graphqlUrl, ...Object.values(serviceUrls)].map(metricsOf))).flat()
    const unknown = panels.flatMap(({ title, expr }) =>
      watched(expr)
        .filter(({ name }) => !lines.some((line) => line.startsWith(`# TYPE ${name.replace(/_(bucket|count)$/, '')} `)))
        .map(({ name }) => `${title}: ${name}`),
    )
    expect(unknown).toEqual([])
    expect(new Set(panels.flatMap(({ expr }) => watched(expr).map(({ name }) => name))).size).toBeGreaterThan(15)
  })

  test('what has not failed yet is told as 0, so that the first failure is seen', async () => {
    const lines = (await Promise.all(Object.values(walk.stack.serviceUrls).map(metricsOf))).flat()
    expect(lines.filter((line) => /^gigraph_jobs_exhausted_total\{.* 0$/.test(line)).length).toBeGreaterThan(20)
  })
}
