import { forbidden, notFound, unauthenticated } from '../errors/index.ts'
import type { Viewer } from './viewer.ts'

/** The logged-in viewer. @throws {ApplicationError} UNAUTHENTICATED when nobody is logged in */
export const requireViewer = (context: { readonly viewer: Viewer | null }): Viewer => {
  if (!context.viewer) throw unauthenticated()
  return context.viewer
}

export const hasRole = (viewer: Viewer | null, ...roles: readonly string[]): boolean =>
  roles.some((role) => viewer?.roles.includes(role))

export const hasScope = (viewer: Viewer | null, scope: string): boolean => viewer?.scopes.includes(scope) ?? false

/** @throws {ApplicationError} FORBIDDEN when the viewer has none of the roles */
export const requireRole = (viewer: Viewer, ...roles: readonly string[]): void => {
  if (!hasRole(viewer, ...roles)) throw forbidden(`This needs the role ${roles.join(' or ')}.`, { roles })
}

/** @throws {ApplicationError} FORBIDDEN when the viewer lacks the scope */
export const requireScope = (viewer: Viewer, scope: string): void => {
  if (!hasScope(viewer, scope)) throw forbidden(`This needs the scope ${scope}.`, { scope })
}

/**
 * What a person may do with their own things whatever their roles are, a program does with the scope only: a key without scopes reads
 * for its owner and changes nothing here.
 *
 * @throws {ApplicationError} FORBIDDEN when the viewer is an API key that lacks the scope
 */
export const requireScopeOfKey = (viewer: Viewer, scope: string): void => {
  if (viewer.kind === 'api_key') requireScope(viewer, scope)
}

/** Who may do what: one pure check per action, named `noun:verb`. `noun:see` says who may know that the thing exists. */
// biome-ignore lint/suspicious/noExplicitAny: each policy narrows its own resource; the map as a whole has no common one
export type Policies = Record<`${string}:${string}`, (viewer: Viewer, resource: any) => boolean>

type ResourceOf<Policy> = Policy extends (viewer: Viewer, resource: infer Resource) => boolean ? Resource : never

/**
 * Makes a service's `authorize(viewer, action, resource)`. It returns the viewer when the action is allowed and throws
 * UNAUTHENTICATED without a viewer, NOT_FOUND when the viewer may not even see the resource, FORBIDDEN otherwise.
 */
export const createAuthorize =
  <P extends Policies>(policies: P) =>
  <Action extends keyof P & `${string}:${string}`>(
    viewer: Viewer | null,
    action: Action,
    resource: ResourceOf<P[Action]>,
  ): Viewer => {
    if (!viewer) throw unauthenticated()
    const [noun = ''] = action.split(':')
    const sees = policies[`${noun}:see`]
    if (sees && !sees(viewer, resource)) throw notFound(noun.charAt(0).toUpperCase() + noun.slice(1))
    const may: Policies[`${string}:${string}`] | undefined = policies[action]
    if (!may?.(viewer, resource)) throw forbidden(`You may not do this (${action}).`, { action })
    return viewer
  }
