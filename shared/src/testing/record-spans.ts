import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor } from '@opentelemetry/sdk-trace'
import { createLogger } from '../logging/index.ts'
import { startTelemetry } from '../telemetry/index.ts'

/** A span that is over, as a test looks at it. */
export interface RecordedSpan {
  readonly name: string
  /** `service.name`. */
  readonly program: string
  readonly id: string
  readonly traceId: string
  readonly parentId: string | undefined
  /** Whether the parent was told by a message or a header. */
  readonly isParentRemote: boolean
  readonly attributes: Readonly<Record<string, unknown>>
  /** `error.type`, when it ended badly. */
  readonly failure: unknown
}

/** Traces everything that starts in this process from now on; call it first. */
export const recordSpans = async () => {
  const exporter = new InMemorySpanExporter()
  const telemetry = await startTelemetry(
    { OTEL_TRACES_SAMPLER_ARG: 1 },
    createLogger({ name: 'telemetry', level: 'fatal' }),
    new SimpleSpanProcessor({ exporter }),
  )
  return {
    spans: (): RecordedSpan[] => exporter.getFinishedSpans().map(recorded),
    forget: () => exporter.reset(),
    stop: () => telemetry.close(),
  }
}

const recorded = (span: ReadableSpan): RecordedSpan => ({
  name: span.name,
  program: String(span.resource.attributes['service.name']),
  id: span.spanContext().spanId,
  traceId: span.spanContext().traceId,
  parentId: span.parentSpanContext?.spanId,
  isParentRemote: span.parentSpanContext?.isRemote === true,
  attributes: span.attributes,
  failure: span.attributes['error.type'],
})
