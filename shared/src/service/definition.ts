import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import type { Transaction } from '../database/index.ts'
import type { Envelope, EventDefinition } from '../events/event.ts'
import type { ResolverMap } from '../graphql/index.ts'
import type { JobDefinition } from '../jobs/define-job.ts'
import type { PersonalRecords } from '../personal-data/personal-data.ts'
import type { ServiceContext, ServiceResources } from './context.ts'
import type { ProcedureDefinition } from './procedure.ts'

/** A reaction to an event: runs once per event, whatever arrives how often. */
export interface EventHandler<Context = unknown> {
  readonly event: EventDefinition
  /** Unique within the service; the inbox remembers it. */
  readonly name: string
  run(context: Context, transaction: Transaction, payload: unknown, envelope: Envelope): Promise<void>
}

export interface JobImplementation<Context = unknown> {
  readonly job: JobDefinition
  run(context: Context, data: unknown): Promise<void>
}

export interface ProcedureImplementation<Context = unknown> {
  readonly procedure: ProcedureDefinition
  run(context: Context, input: unknown): Promise<unknown>
}

/** The ways in which a service is reached and set to work, bound to its own context type. */
export const bind = <Context>() => ({
  /** A reaction: `run`'s effects belong into the given transaction, which also notes the event as handled. */
  handle: <Payload>(
    event: EventDefinition<Payload>,
    name: string,
    run: (context: Context, transaction: Transaction, payload: Payload, envelope: Envelope) => Promise<void>,
  ): EventHandler<Context> => ({
    event,
    name,
    run: (context, transaction, payload, envelope) => run(context, transaction, event.schema.parse(payload), envelope),
  }),

  implementJob: <Data>(
    job: JobDefinition<Data>,
    run: (context: Context, data: Data) => Promise<void>,
  ): JobImplementation<Context> => ({
    job,
    run: (context, data) => run(context, job.schema.parse(data)),
  }),

  implementProcedure: <Input, Output>(
    procedure: ProcedureDefinition<Input, Output>,
    run: (context: Context, input: Input) => Promise<Output>,
  ): ProcedureImplementation<Context> => ({
    procedure,
    run: async (context, input) => procedure.output.parse(await run(context, procedure.input.parse(input))),
  }),
})

/** What computing projections anew came to. */
export interface Rebuilt {
  /** How many projections there are. */
  readonly seen: number
  /** How many of them were not what the facts say. */
  readonly corrected: number
}

/** What a subgraph service is made of. */
export interface SubgraphDefinition<Shape extends z.ZodRawShape = z.ZodRawShape, Extra extends object = object> {
  readonly name: string
  /** The service's `src/`: its `.graphql` files are the SDL; `../migrations` holds its migrations. */
  readonly folder: URL
  /** Configuration beyond what every service reads. */
  readonly configuration: Shape
  /** Faults between variables, each as `NAME: what is wrong`; told together with the others. */
  readonly checkConfiguration?: (given: Readonly<Record<string, string | undefined>>) => readonly string[]
  /** Other services whose procedures this one calls. */
  readonly calls?: readonly string[]
  readonly resolvers: readonly ResolverMap[]
  readonly handlers?: readonly EventHandler<ServiceContext<Shape> & Extra>[]
  readonly jobs?: readonly JobImplementation<ServiceContext<Shape> & Extra>[]
  readonly procedures?: readonly ProcedureImplementation<ServiceContext<Shape> & Extra>[]
  /** What the service knows of a person, for the export of their data. What is personal and not here is erased with the account all the same. */
  readonly personalData?: readonly PersonalRecords<ServiceContext<Shape> & Extra>[]
  /**
   * Computes everything anew that this service shows of facts which others told it, from those facts as it keeps them, in batches while
   * the service runs: `pnpm projections:rebuild`. The same facts give the same, in whatever order they came.
   */
  readonly projections?: (context: Pick<ServiceContext, 'db' | 'publish' | 'log' | 'clock'>) => Promise<Rebuilt>
  /** Tables whose rows the service itself can neither update nor delete. */
  readonly appendOnlyTables?: readonly string[]
  /** Makes what the service's context holds beyond the common part, once at start. */
  readonly extend?: (resources: ServiceResources<Shape>) => Promise<Extra & { close?(): Promise<void> }>
  /** HTTP beyond GraphQL: webhooks, key sets, uploads. `context` makes a fresh context for a request. */
  readonly routes?: (
    app: FastifyInstance,
    context: (requestId: string) => ServiceContext<Shape> & Extra,
  ) => void | Promise<void>
}

export const defineSubgraph = <Shape extends z.ZodRawShape, Extra extends object>(
  definition: SubgraphDefinition<Shape, Extra>,
): SubgraphDefinition<Shape, Extra> => definition
