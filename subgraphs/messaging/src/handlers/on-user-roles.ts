import { userRegistered, userRoleChanged } from '@gigraph/identity/events'
import type { Transaction } from '@gigraph/shared/database'
import { bind } from '@gigraph/shared/service'
import type { Context } from '../context.ts'
import { savePerson } from '../people/people-store.ts'

const { handle } = bind<Context>()

const remember = async (
  _: Context,
  tx: Transaction,
  { userId, roles }: { userId: string; roles: readonly string[] },
) => {
  const person = await savePerson(tx, userId, { roles: [...roles] })
  // An event that comes after the account's deletion brings nothing back.
  if (person.erasedAt) await savePerson(tx, userId, { roles: [] })
}

/** Who has which role, for announcements to all of it. */
export const onUserRoles = [
  handle(userRegistered, 'remember-roles', remember),
  handle(userRoleChanged, 'remember-roles', remember),
]
