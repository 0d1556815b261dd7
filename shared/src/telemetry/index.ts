export { startTelemetry, type Telemetry, type TelemetryConfiguration, telemetryShape } from './start-telemetry.ts'
export {
  childSpan,
  continueTrace,
  currentTraceId,
  enterSpan,
  isTracing,
  linkedSpan,
  pastSpan,
  type Span,
  type SpanOptions,
  traceHeaders,
} from './tracing.ts'
