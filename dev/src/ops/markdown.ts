/** Commands of npm and pnpm themselves. */
const BUILT_IN = new Set(['install', 'ci', 'exec', 'add', 'run', 'view'])

const fences = (markdown: string) => [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]

/** The code blocks of one language. */
export const readBlocks = (markdown: string, language: string): string[] =>
  fences(markdown).flatMap(([, tag, code]) => (tag === language && code ? [code] : []))

/** Code of both kinds: blocks and spans. */
const readCode = (markdown: string): string[] => {
  const blocks = fences(markdown).map(([, , code = '']) => code)
  return [...blocks, ...readSpans(markdown)]
}

const readSpans = (markdown: string): string[] =>
  [...markdown.replaceAll(/^```[\s\S]*?^```$/gm, '').matchAll(/`([^`\n]+)`/g)].map(([, code = '']) => code)

/** Names of the package scripts that are run: `pnpm X`, `npm run X`, `npm X`. */
export const readCommands = (markdown: string): string[] =>
  readCode(markdown)
    .flatMap((code) => [...code.matchAll(/(?<![\w@.-])(?:pnpm|npm)(?: run)? ([a-z][\w:-]*)/g)])
    .map(([, name = '']) => name)
    .filter((name) => !BUILT_IN.has(name))

/** Code spans that look like paths, `*` included. */
export const readPaths = (markdown: string): string[] =>
  readSpans(markdown).filter((code) => /^\.?[\w@-][\w.@*{},-]*(\/[\w.@*{},-]+)*\/?$/.test(code))

/** Targets of links within the repository, without their anchors. */
export const readLinks = (markdown: string): string[] =>
  [...markdown.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target.split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^\w+:/.test(target))

/** The operations in the bodies of curl commands: `--data '{"query":"…"}'`. */
export const readCurlQueries = (markdown: string): string[] =>
  readBlocks(markdown, 'sh')
    .flatMap((code) => [...code.matchAll(/(?:--data|-d) '(\{[^']*\})'/g)])
    .map(([, body = '']) => (JSON.parse(body) as { query: string }).query)

/** Tests that are named as proof: the file as a code span, a colon, (the beginning of) the title in typographic quotes. */
export const readTestTitles = (markdown: string): { readonly file: string; readonly title: string }[] =>
  [...markdown.matchAll(/`([\w@/.-]+\.test\.ts)`: “([^”]+)”/g)].map(([, file = '', title = '']) => ({ file, title }))
