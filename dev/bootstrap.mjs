/**
 * Runs a script on the pinned Node, installing the workspace first when that is needed. Plain JavaScript and nothing
 * but Node's own modules, because it runs before anything is installed.
 *
 *   node dev/bootstrap.mjs [--codegen] <script> [arguments…]
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { constants } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

const OLDEST_NODE = 20
const root = dirname(dirname(fileURLToPath(import.meta.url)))
const pinnedNode = join(root, 'node_modules', 'node', 'bin', 'node')

/** What people meet while installing, by what npx and pnpm print. */
const FAILURES = [
  [/ENOSPC|No space left on device|EDQUOT/, 'the disk is full'],
  [/EROFS|read-only file system/i, `${root} is on a read-only file system`],
  [/EACCES|EPERM|permission denied/i, `no permission to write in ${root} or in the cache of npm`],
  [/ERR_PNPM_OUTDATED_LOCKFILE/, 'pnpm-lock.yaml does not match the package.json files: run "npx pnpm install" once'],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|META_FETCH_FAIL/,
    'the npm registry cannot be reached: is there a network?',
  ],
  [/ENOMEM|heap out of memory|SIGKILL/, 'there is not enough memory'],
]

const fail = (message) => {
  console.error(`gigraph: ${message}`)
  process.exit(1)
}

/** pnpm writes the second file when an installation is complete; the binary shows that its install script has run. */
const isInstalled = () => {
  const [wanted, present] = ['pnpm-lock.yaml', 'node_modules/.pnpm/lock.yaml'].map((path) => join(root, path))
  return existsSync(pinnedNode) && existsSync(present) && readFileSync(wanted).equals(readFileSync(present))
}

const install = async () => {
  const { packageManager } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const startedAt = performance.now()
  console.error('gigraph: installing the dependencies; this happens once and takes about a minute')
  // NODE_ENV=production would leave out the development dependencies, and the pinned Node is one of them.
  // Without a network npm would wait a minute between its tries.
  const { NODE_ENV: _, ...inherited } = process.env
  const env = { npm_config_fetch_retry_mintimeout: '1000', npm_config_fetch_retry_maxtimeout: '5000', ...inherited }
  const command = ['--yes', packageManager, 'install', '--frozen-lockfile', '--reporter=append-only']
  const { code, output } = await run('npx', [...command, '--config.confirmModulesPurge=false'], env)
  if (code !== 0 || !existsSync(pinnedNode)) {
    const reason = FAILURES.find(([pattern]) => pattern.test(output))?.[1]
    console.error(output.trimEnd().split('\n').slice(-12).join('\n'))
    fail(`the dependencies could not be installed: ${reason ?? `see above (${packageManager} ended with ${code})`}`)
  }
  console.error(`gigraph: installed in ${Math.round((performance.now() - startedAt) / 1_000)} s`)
}

/** Runs a program; on a terminal its last line is shown while it works. */
const run = (program, args, env) =>
  new Promise((done) => {
    const child = spawn(program, args, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] })
    let output = ''
    const collect = (chunk) => {
      output = (output + chunk).slice(-20_000)
      if (!process.stderr.isTTY) return
      const line = output.trimEnd().split('\n').at(-1) ?? ''
      process.stderr.write(`\r\x1b[2K${line.slice(0, (process.stderr.columns || 80) - 1)}`)
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.once('error', ({ code, message }) =>
      done({ code, output: code === 'ENOENT' ? `${program} is not on the PATH: install npm` : message }),
    )
    child.once('close', (code, signal) => {
      if (process.stderr.isTTY) process.stderr.write('\r\x1b[2K')
      done({ code: code ?? signal, output: signal ? `${output}\n${signal}` : output })
    })
  })

const environment = (script) => ({
  ...process.env,
  NODE_ENV: process.env.NODE_ENV || (/vitest/.test(script) ? 'test' : 'development'),
  APOLLO_TELEMETRY_DISABLED: process.env.APOLLO_TELEMETRY_DISABLED || '1',
  // Compiled code is kept between starts: a start loads some thousand modules, most of the time of it compiling.
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE || join(root, 'node_modules', '.cache', 'compiled'),
  PATH: [dirname(pinnedNode), process.env.PATH].join(delimiter),
})

const runCodegen = () => {
  const codegen = join(root, 'dev', 'src', 'codegen.ts')
  if (!existsSync(codegen)) return
  const { status, signal, error } = spawnSync(pinnedNode, [codegen], {
    cwd: root,
    env: environment(codegen),
    stdio: 'inherit',
  })
  if (error) notRunnable(error)
  if (status !== 0) process.exit(status ?? 128 + constants.signals[signal])
}

const notRunnable = ({ message }) =>
  fail(`the installed Node does not run here (${message}): remove node_modules when it comes from another machine`)

/** Runs the script with our terminal and ends as it ends. */
const runScript = (script, args) => {
  const child = spawn(pinnedNode, [resolve(root, script), ...args], {
    cwd: root,
    env: environment(script),
    stdio: 'inherit',
  })
  const onTerminal = [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY)
  process.on('SIGTERM', () => child.kill('SIGTERM'))
  process.on('SIGHUP', () => child.kill('SIGHUP'))
  // A terminal sends Ctrl-C to the script as well: passing it on would make it two, which many take for "at once".
  process.on('SIGINT', () => onTerminal || child.kill('SIGINT'))
  child.once('error', notRunnable)
  child.once('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
}

const main = async () => {
  const args = process.argv.slice(2)
  const withCodegen = args[0] === '--codegen' && args.shift() !== undefined
  const [script, ...rest] = args
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    fail(`Node ${OLDEST_NODE} or newer is needed to start, and this is ${process.versions.node}`)
  }
  if (!script) fail('usage: node dev/bootstrap.mjs [--codegen] <script> [arguments…]')
  if (!isInstalled()) await install()
  if (withCodegen) runCodegen()
  runScript(script, rest)
}

await main()
