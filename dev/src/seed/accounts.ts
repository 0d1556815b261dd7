import type { SeedUser } from '@gigraph/identity/seed'
import type { Role } from '@gigraph/shared/auth'
import { clients, freelancers } from './names.ts'
import type { Random } from './random.ts'

/** Everybody's password in the demo. */
const PASSWORD = 'gigraph demo 2026'

/** Somebody of the demo. */
export interface Account extends SeedUser {
  readonly createdAt: Date
  readonly timeZone: string
}

/** The accounts that the start shows, one per role. */
export const demoAccounts = (
  [
    ['Client', 'client'],
    ['Freelancer', 'freelancer'],
    ['Tool creator', 'creator'],
    ['Support', 'support'],
    ['Admin', 'admin'],
  ] as const
).map(([role, name]) => ({ role, email: `${name}@gigraph.example`, password: PASSWORD }))

const DAY_MS = 86_400_000

const handleOf = (name: string): string =>
  name
    .normalize('NFKD')
    .replace(/[^A-Za-z]+/g, '-')
    .toLowerCase()
    .replace(/^-+|-+$/g, '')
    .slice(0, 24)

interface Person {
  readonly name: string
  readonly roles: readonly Role[]
  readonly email: string
  readonly timeZone: string
  readonly daysAgo: number
}

const account = (random: Random, now: Date, { name, roles, email, timeZone, daysAgo }: Person): Account => {
  const createdAt = new Date(now.getTime() - daysAgo * DAY_MS)
  return {
    id: random.id(createdAt),
    email,
    handle: handleOf(name),
    displayName: name,
    roles,
    password: PASSWORD,
    timeZone,
    createdAt,
  }
}

export interface Accounts {
  /** The first one is the demo client. */
  readonly clients: readonly Account[]
  /** The first one is the demo freelancer. */
  readonly freelancers: readonly Account[]
  readonly others: readonly Account[]
}

/** Makes the demo's people; the first client and the first freelancer have the addresses that the start shows. */
export const makeAccounts = (random: Random, now: Date): Accounts => {
  const make = (name: string, roles: readonly Role[], mail: string, timeZone: string) =>
    account(random, now, { name, roles, email: `${mail}@gigraph.example`, timeZone, daysAgo: random.between(200, 900) })
  return {
    clients: clients.map(([name, , , , timeZone], index) =>
      make(name, ['CLIENT'], index === 0 ? 'client' : handleOf(name), timeZone),
    ),
    freelancers: freelancers.map(([name, , timeZone], index) =>
      make(name, ['FREELANCER'], index === 0 ? 'freelancer' : handleOf(name), timeZone),
    ),
    others: [
      make('Tova Ekberg', ['TOOL_CREATOR'], 'creator', 'Europe/Stockholm'),
      make('Sunil Support', ['SUPPORT'], 'support', 'Europe/London'),
      make('Ada Admin', ['ADMIN'], 'admin', 'Europe/London'),
    ],
  }
}

/** Sellers without a story, for `--size`. */
export const makeCrowd = (random: Random, now: Date, count: number): Account[] =>
  Array.from({ length: count }, (_, index) =>
    account(random, now, {
      name: `Seller ${index + 1}`,
      roles: ['FREELANCER'],
      email: `seller-${index + 1}@crowd.gigraph.example`,
      timeZone: 'UTC',
      daysAgo: random.between(30, 900),
    }),
  ).map((seller, index) => ({ ...seller, handle: `seller-${index + 1}` }))
