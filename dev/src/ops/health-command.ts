import { environment, integer, readConfiguration } from '@gigraph/shared/config'

/** A container's health check: whether the program on PORT says that it is ready. Ends with 1 and the reason when not. */

const { PORT } = readConfiguration('health', { PORT: integer(1, 65_535, 4000) }, environment)

const problem = await fetch(`http://127.0.0.1:${PORT}/health/ready`, { signal: AbortSignal.timeout(4_000) }).then(
  (response) => (response.ok ? null : `answered ${response.status}`),
  (error: unknown) => String(error),
)
if (problem) {
  console.error(problem)
  process.exitCode = 1
}
