import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The playground's scripts, styles and fonts by file name. */
export type PlaygroundAssets = ReadonlyMap<string, Buffer>

const HERE = dirname(fileURLToPath(import.meta.url))
const CACHE = join(HERE, '../../../node_modules/.cache/playground')
const require = createRequire(import.meta.url)

/** Monaco's workers by their label, found from the package that depends on them. */
const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
}

/**
 * GraphiQL as a browser can load it without a network. Bundled once (a few seconds) and kept under `node_modules/.cache`;
 * where that cannot be written, once per process.
 */
export const loadPlaygroundAssets = async (): Promise<PlaygroundAssets> => {
  const directory = join(CACHE, await fingerprint())
  const kept = await readAssets(directory)
  if (kept) return kept
  const made = await bundle()
  await keepAssets(directory, made)
  return made
}

const fingerprint = async (): Promise<string> => {
  const hash = createHash('sha256')
  for (const file of ['app.jsx', 'app.css', 'bundle.ts']) hash.update(await readFile(join(HERE, file)))
  for (const name of ['graphiql', 'react', 'esbuild']) hash.update(require(`${name}/package.json`).version)
  return hash.digest('hex').slice(0, 16)
}

const readAssets = async (directory: string): Promise<PlaygroundAssets | null> => {
  try {
    const names = await readdir(directory)
    return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(directory, name))] as const)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}

/** Written beside and renamed: another process sees all files or none. */
const keepAssets = async (directory: string, assets: PlaygroundAssets): Promise<void> => {
  const beside = `${directory}.${process.pid}`
  try {
    await mkdir(beside, { recursive: true })
    for (const [name, content] of assets) await writeFile(join(beside, name), content)
    await rename(beside, directory)
  } catch (error) {
    // A read-only installation, or another process was first: memory will do.
    if (!(error instanceof Error && 'code' in error)) throw error
  }
}

const bundle = async (): Promise<PlaygroundAssets> => {
  const { build } = await import('esbuild')
  const common = {
    bundle: true,
    minify: true,
    write: false,
    outdir: '/',
    target: 'es2022',
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"' },
    loader: { '.ttf': 'file', '.svg': 'dataurl' },
    assetNames: '[name]-[hash]',
  } as const
  const beside = dirname(require.resolve('@graphiql/react', { paths: [dirname(require.resolve('graphiql'))] }))
  const [app, ...workers] = await Promise.all([
    build({ ...common, entryPoints: [join(HERE, 'app.jsx')], format: 'esm', splitting: true, jsx: 'automatic' }),
    ...Object.entries(WORKERS).map(([label, module]) =>
      build({
        ...common,
        stdin: { contents: `import '${module}'`, resolveDir: beside, sourcefile: `${label}.worker.js` },
        format: 'iife',
        entryNames: `${label}.worker`,
      }),
    ),
  ])
  const files = [app, ...workers].flatMap((result) => result?.outputFiles ?? [])
  return new Map(files.map(({ path, contents }) => [path.slice(1), Buffer.from(contents)]))
}
