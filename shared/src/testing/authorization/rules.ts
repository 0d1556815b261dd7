import { hasRole, hasScope, type Role, type Viewer } from '../../auth/index.ts'

/** The kinds of people that a service is tried with. Owner, counterpart and other are so to the thing that a row is about. */
export const viewerKinds = [
  'anonymous',
  'owner',
  'counterpart',
  'other',
  'client',
  'freelancer',
  'toolCreator',
  'support',
  'admin',
  'apiKey',
] as const
export type ViewerKind = (typeof viewerKinds)[number]

/**
 * What a viewer gets: `allowed`, also when the answer is a user error about input or state; `empty`: a list without what the row is
 * about; `null`; `NOT_ALLOWED` as user error; or the code of a refusal.
 */
export type Decision = 'allowed' | 'empty' | 'null' | 'NOT_ALLOWED' | 'UNAUTHENTICATED' | 'FORBIDDEN' | 'NOT_FOUND'

export interface Asking {
  readonly kind: ViewerKind
  readonly viewer: Viewer | null
}

/** Says for each viewer what they get. */
export interface Rule {
  readonly decide: (asking: Asking) => Decision
  /** The scopes that it asks for: the SDL has to say the same, and keys with just one scope try it too. */
  readonly scopes?: readonly string[]
}

const unlessNobody = (decide: (asking: Asking & { readonly viewer: Viewer }) => Decision) => (asking: Asking) =>
  asking.viewer ? decide({ ...asking, viewer: asking.viewer }) : 'UNAUTHENTICATED'

/** Whoever asks, logged in or not. */
export const everybody: Rule = { decide: () => 'allowed' }

/** Whoever is logged in, also by an API key without scopes. */
export const signedIn: Rule = { decide: unlessNobody(() => 'allowed') }

/** Whoever is logged in as a person; API keys are refused. */
export const inPerson: Rule = {
  decide: unlessNobody(({ viewer }) => (viewer.kind === 'session' ? 'allowed' : 'FORBIDDEN')),
}

/** Whoever holds one of the scopes. */
export const scope = (...scopes: readonly string[]): Rule => ({
  scopes,
  decide: unlessNobody(({ viewer }) => (scopes.some((each) => hasScope(viewer, each)) ? 'allowed' : 'FORBIDDEN')),
})

/** Whoever holds one of the scopes and is there in person. */
export const scopeInPerson = (...scopes: readonly string[]): Rule => ({
  scopes,
  decide: unlessNobody(({ viewer }) =>
    viewer.kind === 'session' && scopes.some((each) => hasScope(viewer, each)) ? 'allowed' : 'FORBIDDEN',
  ),
})

/** Whoever holds one of the roles. */
export const role = (...roles: readonly Role[]): Rule => ({
  decide: unlessNobody(({ viewer }) => (hasRole(viewer, ...roles) ? 'allowed' : 'FORBIDDEN')),
})

/** Those kinds; the others are refused with `otherwise`, and nobody with `nobody`. */
export const only = (
  kinds: readonly ViewerKind[],
  otherwise: Decision = 'NOT_FOUND',
  nobody: Decision = 'UNAUTHENTICATED',
): Rule => ({
  decide: ({ kind, viewer }) => {
    if (kinds.includes(kind)) return 'allowed'
    return viewer ? otherwise : nobody
  },
})

/** The owner, also through an API key of theirs; for everybody else the thing does not exist. */
export const ownerOnly: Rule = only(['owner', 'apiKey'])

/** The owner and the other side. */
export const parties: Rule = only(['owner', 'apiKey', 'counterpart'])

/** Fields of the own Viewer, reached by its id: for everybody else it is null. */
export const ownViewer: Rule = { decide: ({ kind }) => (kind === 'owner' || kind === 'apiKey' ? 'allowed' : 'null') }

/** A rule with other decisions for some kinds of viewers. */
export const except = (rule: Rule, decisions: Readonly<Partial<Record<ViewerKind, Decision>>>): Rule => ({
  ...rule,
  decide: (asking) => decisions[asking.kind] ?? rule.decide(asking),
})
