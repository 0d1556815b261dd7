import { AsyncLocalStorage } from 'node:async_hooks'
import {
  type Context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  isSpanContextValid,
  type Span as OtelSpan,
  type SpanOptions as OtelSpanOptions,
  type Tracer as OtelTracer,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
} from '@opentelemetry/api'
import { ExportResultCode, TRACE_PARENT_HEADER, W3CTraceContextPropagator } from '@opentelemetry/core'
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { resourceFromAttributes } from '@opentelemetry/resources'
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  type SpanExporter,
  type SpanProcessor,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from '@opentelemetry/sdk-trace'
import type { PastSpanOptions, Span, SpanOptions, TraceCarrier, Tracer } from './tracing.ts'

/** The program that clients reach: whether a trace is kept is decided here, not by what a client's `traceparent` says. */
const EDGE = 'gateway'

/** The place in a trace at which work runs. */
interface Place {
  readonly context: Context
  /** Undefined while only the message's own trace is known. */
  readonly program: string | undefined
}

export interface OpenTelemetryOptions {
  /** Share of traces that are kept, from 0 to 1. */
  readonly share: number
  readonly processor: SpanProcessor
}

export interface OtlpOptions {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string>>
  /** Spans were lost; told once until some arrive again. */
  readonly onLost: (error: Error | undefined) => void
}

/** Sends spans to an OTLP endpoint in batches; at most 2,048 wait, more are dropped. */
export const otlpProcessor = ({ endpoint, headers, onLost }: OtlpOptions): SpanProcessor => {
  const otlp = new OTLPTraceExporter({ url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, headers: { ...headers } })
  let isLosing = false
  const exporter: SpanExporter = {
    export: (spans, done) =>
      otlp.export(spans, (result) => {
        const failed = result.code !== ExportResultCode.SUCCESS
        if (failed && !isLosing) onLost(result.error)
        isLosing = failed
        done(result)
      }),
    shutdown: () => otlp.shutdown(),
    forceFlush: () => otlp.forceFlush(),
  }
  return new BatchSpanProcessor({ exporter })
}

/**
 * A tracer on the OpenTelemetry SDK. Nothing is registered globally: libraries that look for a global SDK (Apollo's gateway does)
 * must not begin to trace by themselves what we trace already.
 */
export const createOpenTelemetryTracer = (options: OpenTelemetryOptions): Tracer => new OpenTelemetryTracer(options)

class OpenTelemetryTracer implements Tracer {
  readonly #options: OpenTelemetryOptions
  readonly #tracers = new Map<string, OtelTracer>()
  readonly #places = new AsyncLocalStorage<Place>()
  readonly #propagator = new W3CTraceContextPropagator()

  constructor(options: OpenTelemetryOptions) {
    this.#options = options
  }

  begin<T>(program: string, options: SpanOptions, work: (span: Span) => T): T {
    return this.#run(program, options, this.#context(), work)
  }

  beginLinked<T>(program: string, options: SpanOptions, work: () => T): T {
    const origin = trace.getSpanContext(this.#context())
    return this.#run(program, options, ROOT_CONTEXT, work, origin === undefined ? [] : [{ context: origin }])
  }

  within<T>({ traceparent, tracestate }: TraceCarrier, work: () => T): T {
    const carrier = { traceparent, ...(typeof tracestate === 'string' && { tracestate }) }
    const context = this.#propagator.extract(ROOT_CONTEXT, carrier, defaultTextMapGetter)
    return this.#places.run({ context, program: undefined }, work)
  }

  past(program: string, { startedAtMs, endedAtMs, ...options }: PastSpanOptions): string {
    const span = this.#start(program, options, this.#context(), { startTime: startedAtMs })
    span.end(endedAtMs)
    return this.#headersAt(trace.setSpan(ROOT_CONTEXT, span))[TRACE_PARENT_HEADER] ?? ''
  }

  program(): string | undefined {
    return this.#places.getStore()?.program
  }

  headers(): Readonly<Record<string, string>> {
    return this.#headersAt(this.#context())
  }

  traceId(): string | undefined {
    const span = trace.getSpanContext(this.#context())
    return span && isSpanContextValid(span) ? span.traceId : undefined
  }

  #context(): Context {
    return this.#places.getStore()?.context ?? ROOT_CONTEXT
  }

  #headersAt(context: Context): Record<string, string> {
    const headers: Record<string, string> = {}
    this.#propagator.inject(context, headers, defaultTextMapSetter)
    return headers
  }

  #run<T>(
    program: string,
    options: SpanOptions,
    parent: Context,
    work: (span: Span) => T,
    links: NonNullable<OtelSpanOptions['links']> = [],
  ): T {
    const span = this.#start(program, options, parent, { links })
    const place = { context: trace.setSpan(parent, span), program }
    try {
      const result = this.#places.run(place, () => work(facade(span)))
      if (!isPromise(result)) {
        span.end()
        return result
      }
      result.then(
        () => span.end(),
        (error: unknown) => endFailed(span, error),
      )
      return result
    } catch (error) {
      endFailed(span, error)
      throw error
    }
  }

  #start(program: string, { name, kind, attributes }: SpanOptions, parent: Context, more: OtelSpanOptions): OtelSpan {
    const options = { kind: KINDS[kind ?? 'internal'], ...(attributes && { attributes: { ...attributes } }), ...more }
    return this.#tracerOf(program).startSpan(name, options, parent)
  }

  /** One per program: several run in one process, and each is a service of its own in the traces. */
  #tracerOf(program: string): OtelTracer {
    let tracer = this.#tracers.get(program)
    if (tracer === undefined) {
      const { share, processor } = this.#options
      const byShare = new TraceIdRatioBasedSampler(share)
      tracer = new TracerProvider({
        resource: resourceFromAttributes({ 'service.name': program, 'service.namespace': 'gigraph' }),
        sampler: program === EDGE ? byShare : new ParentBasedSampler({ root: byShare }),
        spanProcessors: [processor],
      }).getTracer('gigraph')
      this.#tracers.set(program, tracer)
    }
    return tracer
  }
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
} as const

const facade = (span: OtelSpan): Span => ({
  set: (attributes) => void span.setAttributes({ ...attributes }),
  fail: (type) => void span.setStatus({ code: SpanStatusCode.ERROR }).setAttribute('error.type', type),
})

const endFailed = (span: OtelSpan, error: unknown): void => {
  facade(span).fail(error instanceof Error ? error.name : typeof error)
  span.end()
}

const isPromise = (value: unknown): value is Promise<unknown> => value instanceof Promise
