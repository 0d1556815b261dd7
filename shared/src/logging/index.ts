import { type Logger, pino, stdSerializers } from 'pino'
import { currentTraceId } from '../telemetry/index.ts'

export type { Logger } from 'pino'

/** Paths that never reach a log line: what proves who somebody is. */
const SECRETS = [
  'password',
  'newPassword',
  'currentPassword',
  'code',
  'token',
  'accessToken',
  'refreshToken',
  'recoveryCode',
  'apiKey',
  'secret',
  'authorization',
  'cookie',
]

/** An error without the values of a failed statement's parameters, which Drizzle puts into its message. */
const serializeError = (error: Error) => {
  const { params: _, ...serialized } = stdSerializers.err(error) as ReturnType<typeof stdSerializers.err> & {
    params?: unknown
  }
  const cut = (text: string) => text.replace(/\nparams: [\s\S]*?(?=\n {4}at |$)/g, '\nparams: [cut]')
  return { ...serialized, message: cut(serialized.message), stack: cut(serialized.stack) }
}

export interface LoggerOptions {
  /** The service's or program's name, on every line. */
  readonly name: string
  readonly level?: string
}

/** A JSON logger to standard output; values under secret names are cut wherever they stand. */
export const createLogger = ({ name, level = 'info' }: LoggerOptions): Logger =>
  pino({
    name,
    level,
    redact: { paths: SECRETS.flatMap((secret) => [secret, `*.${secret}`, `*.*.${secret}`]), censor: '[cut]' },
    serializers: { err: serializeError },
    mixin: () => {
      const traceId = currentTraceId()
      return traceId === undefined ? {} : { traceId }
    },
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
