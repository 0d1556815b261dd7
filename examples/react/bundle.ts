import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { GENERATED, generateOperations, SOURCES } from './generate.ts'

/** The example as a browser loads it. */
export interface Bundle {
  readonly script: string
  readonly style: string
}

/** Generates the types of its operations when they are older than what they come from, and bundles it. Takes a second or two. */
export const bundleExample = async (): Promise<Bundle> => {
  const isFresh = existsSync(GENERATED) && SOURCES.every((source) => changedAt(source) <= changedAt(GENERATED))
  if (!isFresh) await generateOperations()
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('src/main.tsx', import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    target: 'es2023',
    jsx: 'automatic',
    legalComments: 'none',
    logLevel: 'silent',
    define: { 'process.env.NODE_ENV': '"production"', 'globalThis.__DEV__': 'false' },
  })
  const style = readFileSync(new URL('src/app.css', import.meta.url), 'utf8')
  return { script: outputFiles[0]?.text ?? '', style }
}

const changedAt = (file: URL): number => statSync(file).mtimeMs
