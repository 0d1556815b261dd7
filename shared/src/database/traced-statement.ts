import { childSpan, isTracing } from '../telemetry/index.ts'

/** Constants that were written into a statement: ours alone stand there, but nobody should have to rely on that. */
const LITERALS = /'(?:[^']|'')*'/g

const textOf = (args: readonly unknown[]): string => {
  const [statement] = args
  if (typeof statement === 'string') return statement
  return typeof statement === 'object' && statement !== null && 'text' in statement ? String(statement.text) : ''
}

/** Runs one statement in a span when the work that it belongs to is traced. Its parameters are not told. */
export const traceStatement = <T>(args: readonly unknown[], run: () => T): T => {
  if (!isTracing()) return run()
  const text = textOf(args).trim()
  const operation = /^\w+/.exec(text)?.[0].toUpperCase() ?? 'SQL'
  const attributes = {
    'db.system.name': 'postgresql',
    'db.operation.name': operation,
    'db.query.text': text.replace(LITERALS, '?'),
  }
  return childSpan({ name: operation, kind: 'client', attributes }, run)
}
