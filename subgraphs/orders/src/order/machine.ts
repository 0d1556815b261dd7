import { fail, ok, type Result } from '@gigraph/shared/errors'

/** A state machine as a table: which event, raised by whom, leads from which state to which, and when not. */

export interface Transition<Subject, State extends string, Actor extends string, Details> {
  readonly by: readonly Actor[]
  /** The next state; absent: it stays. */
  readonly to?: State | ((subject: Subject, how: How<Actor, Details>) => State)
  /** Why it is impossible just now, for people; null when it is possible. */
  readonly unless?: (subject: Subject, how: How<Actor, Details>) => string | null
  /** What else changes. */
  readonly set?: (subject: Subject, how: How<Actor, Details>) => Partial<Subject>
  /** Counts what is due anew although the state stays. */
  readonly renews?: true | undefined
}

/** Who raises an event, when, and with what. */
export type How<Actor, Details> = Details & { readonly by: Actor; readonly at: Date }

export type Table<Subject, State extends string, Event extends string, Actor extends string, Details> = {
  readonly [From in State]: {
    /** What is due while it is in this state. */
    readonly due?: (subject: Subject, at: Date) => Partial<Subject>
    readonly on: { readonly [Each in Event]?: Transition<Subject, State, Actor, Details> }
  }
}

/** Makes the functions of a machine from its table. */
export const machine = <
  Subject extends { readonly state: State },
  State extends string,
  Event extends string,
  Actor extends string,
  Details extends object,
>(
  table: Table<Subject, State, Event, Actor, Details>,
  { describe, nothingDue }: { describe: (event: Event) => string; nothingDue: Partial<Subject> },
) => {
  const transitionOf = (state: State, event: Event) => table[state].on[event]

  /** The events that this actor can raise now. */
  const allowed = (subject: Subject, how: How<Actor, Details>): Event[] =>
    (Object.keys(table[subject.state].on) as Event[]).filter((event) => {
      const transition = transitionOf(subject.state, event)
      return transition?.by.includes(how.by) && !transition.unless?.(subject, how)
    })

  /** The subject after the event, or INVALID_STATE with what is possible instead. */
  const apply = (subject: Subject, event: Event, how: How<Actor, Details>): Result<Subject> => {
    const transition = transitionOf(subject.state, event)
    const refuse = (reason: string) =>
      fail('INVALID_STATE', `You cannot ${describe(event)} now: ${reason}`, { allowed: allowed(subject, how) })
    if (!transition?.by.includes(how.by)) return refuse(`the order is ${words(subject.state)}.`)
    const reason = transition.unless?.(subject, how)
    if (reason) return refuse(reason)

    const { to = subject.state } = transition
    const state = typeof to === 'function' ? to(subject, how) : to
    const changed = { ...subject, ...transition.set?.(subject, how), state }
    // A deadline starts when a state is entered; what happens within the state does not start it anew.
    if (state === subject.state && !transition.renews) return ok(changed)
    return ok({ ...changed, ...(table[state].due?.(changed, how.at) ?? nothingDue) })
  }

  /** Everybody who can raise the event in any state. */
  const actorsOf = (event: Event): Actor[] => [
    ...new Set((Object.keys(table) as State[]).flatMap((state) => transitionOf(state, event)?.by ?? [])),
  ]

  return { allowed, apply, actorsOf }
}

export const words = (name: string): string => name.toLowerCase().replaceAll('_', ' ')
