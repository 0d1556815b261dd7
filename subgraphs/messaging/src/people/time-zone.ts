import { usersByIds } from '@gigraph/identity/internal'
import type { Context } from '../context.ts'

/** Whether the text is the IANA name of a time zone. */
export const isTimeZone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== ''
  } catch {
    // RangeError is how Intl says that there is no such zone.
    return false
  }
}

/** Where somebody lives as identity knows it; null when it does not. */
export const findHomeTimeZone = async (ctx: Context, userId: string): Promise<string | null> => {
  const { users } = await ctx.call(usersByIds, { ids: [userId] })
  return users[0]?.timeZone && isTimeZone(users[0].timeZone) ? users[0].timeZone : null
}
