#!/usr/bin/env node
// The gateway is TypeScript that Node runs as it is, from 22.18 on; an older Node hands over to the pinned one.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

const main = new URL('../src/main.ts', import.meta.url)

if (process.features.typescript) await import(main)
else {
  const require = createRequire(import.meta.url)
  const node = require.resolve('node/bin/node')
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' })
  for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => child.kill(signal))
  child.once('exit', (code) => process.exit(code ?? 1))
}
