import { type Logger, pino } from 'pino'

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
    formatters: { level: (label) => ({ level: label }) },
    timestamp: pino.stdTimeFunctions.isoTime,
  })
