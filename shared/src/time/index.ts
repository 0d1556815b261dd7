import { v7, validate } from 'uuid'

/** The present. Tests hold it still or move it; nothing else in a service reads the machine's clock. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** Makes ids: UUIDv7 (RFC 9562), which sort by the time of their making. Opaque to clients. */
export type MakeId = () => string

export const makeId: MakeId = () => v7()

/** Whether a client's text can be an id at all: PostgreSQL refuses to compare anything else with one. */
export const isId = (text: string): boolean => validate(text)

/** When a UUIDv7 was made: its first 48 bits are the milliseconds since 1970. */
export const madeAt = (id: string): Date => new Date(Number.parseInt(id.replace('-', '').slice(0, 12), 16))

const UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

/** A length of time as one writes it: `30m`, `72h`, `14d`. */
export type Duration = `${number}${keyof typeof UNITS}`

/** Milliseconds of a {@link Duration}. */
export const milliseconds = (duration: Duration): number =>
  Number(duration.slice(0, -1)) * UNITS[duration.slice(-1) as keyof typeof UNITS]

/** The instant `duration` after `instant`. */
export const after = (instant: Date, duration: Duration): Date => new Date(instant.getTime() + milliseconds(duration))
