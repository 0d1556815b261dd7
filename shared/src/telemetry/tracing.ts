/** What a span says beside its name and times. Never secrets, never what people wrote, never values of SQL parameters. */
export type Attributes = Readonly<Record<string, string | number | boolean>>

export interface SpanOptions {
  /** Few different ones: names of operations, services, events; never ids. */
  readonly name: string
  /** `internal` when absent. */
  readonly kind?: 'internal' | 'server' | 'client' | 'producer' | 'consumer'
  readonly attributes?: Attributes
}

/** A span that is over, of which nobody knew while it ran. Instants in milliseconds since the epoch. */
export interface PastSpanOptions extends SpanOptions {
  readonly startedAtMs: number
  readonly endedAtMs: number
}

/** The span in which a piece of work runs. */
export interface Span {
  set(attributes: Attributes): void
  /** It ended badly: `type` is a code or the name of an error, never its message, which may hold anything. */
  fail(type: string): void
}

/** A trace's place in headers and messages (https://www.w3.org/TR/trace-context/). */
export type TraceCarrier = Readonly<Record<string, unknown>>

/** Makes spans; open-telemetry.ts has the only one. */
export interface Tracer {
  begin<T>(program: string, options: SpanOptions, work: (span: Span) => T): T
  beginLinked<T>(program: string, options: SpanOptions, work: () => T): T
  within<T>(carrier: TraceCarrier, work: () => T): T
  past(program: string, options: PastSpanOptions): string
  /** The program that the running work belongs to; undefined outside of a trace. */
  program(): string | undefined
  headers(): Readonly<Record<string, string>>
  traceId(): string | undefined
}

const NO_SPAN: Span = { set: () => {}, fail: () => {} }
const NO_HEADERS: Readonly<Record<string, string>> = {}

let tracer: Tracer | null = null

/** Puts a tracer in charge of this process, or none. */
export const useTracer = (next: Tracer | null): void => {
  tracer = next
}

/** Whether spans are made at all: what costs something only for their sake is left out otherwise. */
export const isTracing = (): boolean => tracer !== null

/** Work begins in a program: a span under what runs, or the first of a trace. `program` is the span's `service.name`. */
export const enterSpan = <T>(program: string, options: SpanOptions, work: (span: Span) => T): T =>
  tracer === null ? work(NO_SPAN) : tracer.begin(program, options, work)

/** A step of work that is traced already; without a trace nothing but the work. */
export const childSpan = <T>(options: SpanOptions, work: (span: Span) => T): T => {
  const program = tracer?.program()
  return tracer === null || program === undefined ? work(NO_SPAN) : tracer.begin(program, options, work)
}

/** Work that is better a trace of its own, linked to the one that it stems from: each event of a subscription, which may run for days. */
export const linkedSpan = <T>(program: string, options: SpanOptions, work: () => T): T =>
  tracer === null ? work() : tracer.beginLinked(program, options, work)

/** Runs work as part of the trace that a message came with; one that is malformed counts as absent. */
export const continueTrace = <T>(carrier: TraceCarrier, work: () => T): T =>
  tracer === null || typeof carrier.traceparent !== 'string' ? work() : tracer.within(carrier, work)

/** Notes a span after the fact, under what runs; answers its `traceparent` for the messages that it sends. */
export const pastSpan = (program: string, options: PastSpanOptions): string | undefined =>
  tracer?.past(program, options)

/** `traceparent` and `tracestate` for a message that leaves now; empty outside of a trace. */
export const traceHeaders = (): Readonly<Record<string, string>> => tracer?.headers() ?? NO_HEADERS

/** Of the trace that runs, for log lines. */
export const currentTraceId = (): string | undefined => tracer?.traceId()
