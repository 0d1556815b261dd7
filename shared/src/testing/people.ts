import { type Role, scopesOf, type Viewer } from '../auth/index.ts'
import { makeId } from '../time/index.ts'

/** A logged-in person for a test; everybody is somebody else unless an id is given. */
export const person = (...roles: readonly Role[]): Viewer => ({
  id: makeId(),
  kind: 'session',
  sessionId: makeId(),
  roles,
  scopes: scopesOf(roles),
  authenticatedAt: Math.floor(Date.now() / 1000),
})

/** A member of staff with the given scopes. */
export const staff = (...scopes: readonly string[]): Viewer => ({ ...person('ADMIN'), scopes })
