import type { EventDefinition } from '@gigraph/shared/events'

/** Who is told. */
export interface Recipient {
  readonly userId: string
  /** Whose doing it is, when it would reach them only because of that person: who has blocked them is not told. */
  readonly fromId?: string
}

/** A fact as programs are told it. */
export interface WebhookEvent {
  readonly event: EventDefinition
  /** Rises when a field goes or means something else; more fields are no other version. */
  readonly version: number
  recipients(payload: unknown): readonly Recipient[]
  /** Ids, amounts and states; words are asked from the graph by who may read them. */
  data(payload: unknown): Readonly<Record<string, unknown>>
}

/** An event with the fields of it that are told, and whom. */
export const tell = <Payload>(
  event: EventDefinition<Payload>,
  recipients: (payload: Payload) => readonly Recipient[],
  fields: readonly (keyof Payload & string)[],
): WebhookEvent => ({
  event,
  version: 1,
  recipients: (payload) => recipients(event.schema.parse(payload)),
  data: (payload) => {
    const told = event.schema.parse(payload)
    return Object.fromEntries(fields.map((field) => [field, told[field]]))
  },
})

/** Those of the ids that are somebody's. */
export const each = (...userIds: readonly (string | null)[]): Recipient[] =>
  userIds.flatMap((userId) => (userId ? [{ userId }] : []))
