/**
 * Which services react to which events: the relay puts an event into the queue of each. Publishers need to know it without
 * loading the others' code; a test holds this table against every service's handlers.
 */
export const routes: Readonly<Record<string, readonly string[]>> = {}
