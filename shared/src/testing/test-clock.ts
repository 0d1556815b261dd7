import { after, type Clock, type Duration } from '../time/index.ts'

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  advance(duration: Duration): void
  set(instant: Date): void
}

/** @param start the machine's present unless told otherwise, in whole milliseconds */
export const createTestClock = (start: Date = new Date()): TestClock => {
  let now = start
  return {
    now: () => new Date(now),
    advance: (duration) => {
      now = after(now, duration)
    },
    set: (instant) => {
      now = instant
    },
  }
}
