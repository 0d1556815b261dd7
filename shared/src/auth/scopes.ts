/** Roles that a user may hold; several at once. */
export const roles = ['CLIENT', 'FREELANCER', 'TOOL_CREATOR', 'SUPPORT', 'ADMIN'] as const
export type Role = (typeof roles)[number]

/** What each role may do beyond one's own things. An API key may hold fewer, never more. */
export const scopesOfRole: Readonly<Record<Role, readonly string[]>> = {
  CLIENT: ['orders:place', 'jobs:write', 'webhooks:manage'],
  FREELANCER: ['gigs:write', 'orders:work', 'proposals:write', 'payouts:request', 'webhooks:manage'],
  TOOL_CREATOR: ['tools:write', 'usage:write', 'payouts:request', 'webhooks:manage'],
  SUPPORT: ['users:read', 'orders:read', 'payments:read', 'support:write', 'content:moderate', 'disputes:resolve'],
  ADMIN: [
    'users:read',
    'users:write',
    'orders:read',
    'payments:read',
    'refunds:write',
    'payouts:write',
    'points:write',
    'support:write',
    'content:moderate',
    'disputes:resolve',
    'profiles:verify',
    'notifications:write',
  ],
}

/** The scopes of somebody with these roles. */
export const scopesOf = (held: readonly Role[]): string[] =>
  [...new Set(held.flatMap((role) => scopesOfRole[role]))].sort()
