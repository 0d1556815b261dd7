import type { PlaygroundTab } from '@gigraph/gateway'
import type { Replacements } from './infrastructure.ts'
import type { RunningServices } from './one-process.ts'
import type { SupervisedProcess } from './processes.ts'
import type { ServiceName } from './service-names.ts'

export interface StackOptions {
  /** `process`: everything here; `services`: the gateway and each service as processes that talk HTTP. */
  readonly topology: 'process' | 'services'
  /** Everything that outlives the stack. */
  readonly dataDirectory: string
  readonly ports: 'usual' | 'free'
  readonly replacements?: Replacements
  /** Names of databases and roles begin with it; `gigraph` unless told otherwise. */
  readonly databasePrefix?: string
  readonly logLevel?: string
  /** Variables of OpenTelemetry, for every program. */
  readonly telemetry?: Readonly<Record<string, string>>
  /** Operations that stand ready in the playground. */
  readonly tabs?: readonly PlaygroundTab[]
  /** Runs once everything is migrated and before anything is served, with all services in this process. */
  readonly seed?: (services: RunningServices) => Promise<void>
  /** One line about something that a person should know. */
  readonly tell?: (line: string) => void
}

/** The whole system, running. */
export interface Stack {
  /** The GraphQL endpoint. */
  readonly graphqlUrl: string
  readonly serviceUrls: Readonly<Record<ServiceName, string>>
  readonly jobsBoardUrl: string
  /** Null where the real thing took its place. */
  readonly mailboxUrl: string | null
  readonly stripeUrl: string | null
  readonly appUrl: string
  /** The services' processes, in the topology `services`. */
  readonly processes: readonly SupervisedProcess[]
  close(): Promise<void>
}
