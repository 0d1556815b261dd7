import { apiKeyRevoked, userRegistered, userReinstated, userRoleChanged } from '@gigraph/identity/events'
import { clientRejected, clientVerified, freelancerLevelChanged } from '@gigraph/profiles/events'
import type { Role } from '@gigraph/shared/auth'
import { rule } from './rule.ts'

/** Levels of freelancers as people read them. */
const levels = { NEW: 'New', RISING: 'Rising', ESTABLISHED: 'Established', TOP: 'Top' } as const

/** Roles as people read them. */
const roleWords: Readonly<Record<Role, string>> = {
  CLIENT: 'client',
  FREELANCER: 'freelancer',
  TOOL_CREATOR: 'tool creator',
  SUPPORT: 'member of support',
  ADMIN: 'administrator',
}

/** Who is told what of accounts and profiles. Identity mails what concerns the safety of an account itself. */
export const accountRules = [
  rule(userRegistered, ({ userId, displayName }) => [
    {
      userId,
      category: 'MARKETING',
      title: `Welcome to Gigraph, ${displayName}`,
      body: 'Complete your profile so that others know with whom they work.',
      link: '/settings/profile',
      // Identity's mail with the link that verifies the address is welcome enough.
      mailed: false,
    },
  ]),
  rule(freelancerLevelChanged, ({ userId, to }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your level has changed',
      body: `Your level is now ${levels[to]}.`,
      link: '/settings/profile',
    },
  ]),
  rule(clientVerified, ({ userId }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your company is verified',
      body: 'Freelancers see it on your profile.',
      link: '/settings/profile',
    },
  ]),
  rule(clientRejected, ({ userId, reason }) => [
    {
      userId,
      category: 'ORDERS',
      title: 'Your company could not be verified',
      body: reason,
      link: '/settings/profile',
    },
  ]),
  rule(userRoleChanged, ({ userId, roles }) => [
    {
      userId,
      category: 'SECURITY',
      title: 'Your roles have changed',
      body: `You are now ${roles.map((role) => roleWords[role]).join(', ') || 'a guest'} at Gigraph.`,
      link: '/settings/account',
      mailed: false,
    },
  ]),
  rule(userReinstated, ({ userId }) => [
    {
      userId,
      category: 'SECURITY',
      title: 'Your account is open again',
      body: 'The suspension of your account was lifted.',
      link: '/settings/account',
      mailed: false,
    },
  ]),
  rule(apiKeyRevoked, ({ userId }) => [
    {
      userId,
      category: 'SECURITY',
      title: 'An API key was revoked',
      body: 'It no longer acts for you. Programs that used it need another one.',
      link: '/settings/api-keys',
      mailed: false,
    },
  ]),
]
