import { z } from 'zod'

/** A fact that a service publishes: the contract between the one who tells and those who react. */
export interface EventDefinition<Payload = unknown> {
  /** Noun and past tense: `order.completed`. */
  readonly name: string
  readonly version: number
  readonly schema: z.ZodType<Payload>
}

/** Defines an event. Payloads carry ids and what the receiver cannot ask for later; never secrets. */
export const event = <Shape extends z.ZodRawShape>(
  name: string,
  version: number,
  shape: Shape,
): EventDefinition<z.output<z.ZodObject<Shape>>> => ({
  name,
  version,
  schema: z.object(shape) as unknown as z.ZodType<z.output<z.ZodObject<Shape>>>,
})

/** What travels through a queue to a consumer. */
export const envelope = z.object({
  id: z.string(),
  name: z.string(),
  version: z.number(),
  occurredAt: z.iso.datetime().transform((text) => new Date(text)),
  requestId: z.string(),
  payload: z.unknown(),
  traceparent: z.string().optional(),
})
export type Envelope = z.output<typeof envelope>
