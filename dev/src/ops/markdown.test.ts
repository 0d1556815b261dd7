import { expect, it } from 'vitest'
import { readBlocks, readCommands, readCurlQueries, readLinks, readPaths, readTestTitles } from './markdown.ts'

const document = `
Run \`pnpm compose\`, then \`npm start -- --size 5\` (not pnpm dream); see [the rest](docs/REST.md#top), [ADR](../adr/1.md),
[Stripe](https://stripe.com) and [below](#below). It stands in \`shared/src/*/index.ts\`, \`.ci/run\`, \`package.json\`, not in
\`a + b\`, \`PORT=1\` or \`Bearer …\`. Held by \`a/b.test.ts\`: “it holds” and \`a/c.test.ts\`.

\`\`\`sh
npm run reset && pnpm install && npx pnpm@10.34.8 check:docs
cd gateway && pnpm --filter x
curl http://localhost:4000/graphql --data '{"query":"{ viewer { id } }"}'
\`\`\`

\`\`\`graphql
{ __typename }
\`\`\`
`

it('commands are read from code, without those of npm and pnpm themselves', () => {
  expect(readCommands(document).sort()).toEqual(['compose', 'reset', 'start'])
})

it('paths are read from spans that look like one', () => {
  expect(readPaths(document)).toEqual([
    'shared/src/*/index.ts',
    '.ci/run',
    'package.json',
    'a/b.test.ts',
    'a/c.test.ts',
  ])
})

it('links are those within the repository, without anchors', () => {
  expect(readLinks(document)).toEqual(['docs/REST.md', '../adr/1.md'])
})

it('operations are read from blocks and from curl', () => {
  expect(readBlocks(document, 'graphql')).toEqual(['{ __typename }\n'])
  expect(readCurlQueries(document)).toEqual(['{ viewer { id } }'])
})

it('named tests are read with their files', () => {
  expect(readTestTitles(document)).toEqual([{ file: 'a/b.test.ts', title: 'it holds' }])
})
