import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { z } from 'zod'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

const { packageManager, devDependencies } = z
  .object({ packageManager: z.string(), devDependencies: z.object({ node: z.string() }) })
  .parse(JSON.parse(read('package.json')))
const dockerfile = read('Dockerfile')

it('the image runs the Node that the workspace is pinned to', () => {
  const [major] = devDependencies.node.split('.')
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)
  expect(images).toEqual([`node:${major}-slim`, `node:${major}-slim`])
})

it.each(['Dockerfile', '.ci/run', 'docs/DEVELOPMENT.md'])('%s installs with the pinned pnpm', (path) => {
  const versions = [...read(path).matchAll(/pnpm@[\d.]+\d/g)].map(([version]) => version)
  expect(new Set(versions)).toEqual(new Set([packageManager]))
})

it('the image holds production dependencies as locked, and its programs are not root', () => {
  expect(dockerfile).toMatch(/pnpm install --prod --frozen-lockfile/)
  expect(dockerfile.split(/^FROM /m).at(-1)).toMatch(/^USER node$/m)
})

it('neither secrets nor what this machine has installed get into the image', () => {
  const ignored = read('.dockerignore').split('\n')
  expect(ignored).toEqual(expect.arrayContaining(['.env*', '.git', '.data', '**/node_modules']))
})
