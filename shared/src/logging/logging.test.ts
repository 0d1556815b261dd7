import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** What a program that logs like our services writes to standard output. */
const output = (program: string): string => {
  const script = `import { createLogger } from ${JSON.stringify(import.meta.resolve('./index.ts'))}; const log = createLogger({ name: 'test' }); ${program}`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout
}

test('what proves who somebody is never reaches a line, wherever it stands', () => {
  const line = output(
    `log.info({ password: 'pa55', request: { refreshToken: 'r3fresh', headers: { authorization: 'Bearer x9' } } }, 'login')`,
  )
  expect(line).toContain('"msg":"login"')
  expect(line).not.toMatch(/pa55|r3fresh|Bearer x9/)
})

test('the parameters of a failed statement stay out of its error', () => {
  const line = output(`
    const error = Object.assign(new Error('Failed query: insert into users values ($1)\\nparams: ann@example.com'), { params: ['ann@example.com'] })
    log.error({ err: error }, 'failed')`)
  expect(line).toContain('Failed query: insert into users')
  expect(line).not.toContain('ann@example.com')
})
