import type { SpanProcessor } from '@opentelemetry/sdk-trace'
import { z } from 'zod'
import { httpUrl } from '../config/index.ts'
import type { Logger } from '../logging/index.ts'
import { useTracer } from './tracing.ts'

const headerList = z
  .string()
  .regex(/^\s*[^=,\s]+=[^,]*(,\s*[^=,\s]+=[^,]*)*$/, { error: 'must look like name=value,name=value' })

/** Variables of telemetry, under the names that OpenTelemetry gives them. */
export const telemetryShape = {
  /** Spans go to `/v1/traces` below it; without it none are made and the SDK is not even loaded. */
  OTEL_EXPORTER_OTLP_ENDPOINT: httpUrl('http://localhost:4318').optional(),
  OTEL_EXPORTER_OTLP_HEADERS: headerList.optional(),
  OTEL_TRACES_SAMPLER_ARG: z.coerce
    .number({ error: 'must be a number from 0 to 1' })
    .min(0, { error: 'must be at least 0' })
    .max(1, { error: 'must be at most 1' })
    .default(1),
}

export type TelemetryConfiguration = z.output<z.ZodObject<typeof telemetryShape>>

/** What a program holds while spans are sent. */
export interface Telemetry {
  /** Sends what is waiting. The last one that closes in a process ends tracing. */
  close(): Promise<void>
}

const OFF: Telemetry = { close: async () => {} }

/** The longest that an end waits for a collector that does not answer. */
const FLUSH_MS = 3_000

let inUse: { readonly processor: SpanProcessor; holders: number } | null = null

/**
 * Starts tracing when an endpoint is configured. Programs that share a process share it: the first decides.
 * @param processor takes the spans instead of the endpoint
 */
export const startTelemetry = async (
  configuration: TelemetryConfiguration,
  log: Pick<Logger, 'warn'>,
  processor?: SpanProcessor,
): Promise<Telemetry> => {
  const { OTEL_EXPORTER_OTLP_ENDPOINT: endpoint, OTEL_EXPORTER_OTLP_HEADERS: headers = '' } = configuration
  if (inUse === null && endpoint === undefined && processor === undefined) return OFF
  if (inUse === null) {
    const { createOpenTelemetryTracer, otlpProcessor } = await import('./open-telemetry.ts')
    // Another program of this process may have been first while the SDK was loaded.
    if (inUse === null) {
      const onLost = (error: Error | undefined) => log.warn({ err: error }, 'spans could not be sent and are lost')
      const target = processor ?? otlpProcessor({ endpoint: endpoint ?? '', headers: headersOf(headers), onLost })
      inUse = { processor: target, holders: 0 }
      useTracer(createOpenTelemetryTracer({ share: configuration.OTEL_TRACES_SAMPLER_ARG, processor: target }))
    }
  }
  const held: NonNullable<typeof inUse> = inUse
  held.holders += 1
  let isOpen = true
  return {
    async close() {
      if (!isOpen) return
      isOpen = false
      held.holders -= 1
      if (held.holders > 0) return
      inUse = null
      useTracer(null)
      await settleWithin(held.processor.shutdown(), FLUSH_MS, log)
    },
  }
}

/** Values are URL-encoded, as the specification of the exporter says. */
const headersOf = (list: string): Record<string, string> =>
  Object.fromEntries(
    list
      .split(',')
      .filter((entry) => entry.includes('='))
      .map((entry) => {
        const at = entry.indexOf('=')
        return [entry.slice(0, at).trim(), decodeURIComponent(entry.slice(at + 1).trim())]
      }),
  )

/** Spans that cannot be delivered are no reason not to stop. */
const settleWithin = async (sent: Promise<void>, ms: number, log: Pick<Logger, 'warn'>): Promise<void> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`the collector did not answer within ${ms} ms`)), ms)
  })
  try {
    await Promise.race([sent, late])
  } catch (error) {
    log.warn({ err: error }, 'the last spans could not be sent')
  } finally {
    clearTimeout(timer)
  }
}
