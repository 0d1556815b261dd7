import { print } from 'graphql'
import { RefreshDocument } from './__generated__/operations.ts'

/** Access tokens live ten minutes; a minute of that is for clocks and networks. */
const RENEW_AFTER_MS = 9 * 60_000

/** Somebody's being logged in, in this tab. */
export interface Session {
  /** A token that is good for a while; null: nobody is logged in. Renews it when it is time, once for all who ask. */
  accessToken(): Promise<string | null>
  /** Takes over what `login` or `verifyMfa` answered. */
  begin(tokens: { readonly accessToken: string }): void
}

/**
 * The access token lives in a variable and nowhere else. What renews it is a cookie that no script can read: the browser sends it
 * along, also after a reload, when the variable is gone.
 */
export const createSession = (graphqlUrl: string): Session => {
  let current: { readonly token: string; readonly since: number } | null = null
  let renewal: Promise<string | null> | undefined

  const begin: Session['begin'] = ({ accessToken }) => {
    current = { token: accessToken, since: Date.now() }
  }
  const renew = async (): Promise<string | null> => {
    const response = await fetch(graphqlUrl, {
      method: 'POST',
      credentials: 'include',
      headers: { 'content-type': 'application/json', 'x-gigraph-session': 'cookie' },
      body: JSON.stringify({ query: print(RefreshDocument) }),
    })
    const { data } = await response.json()
    const tokens = data?.refreshSession.tokens ?? null
    current = null
    if (tokens) begin(tokens)
    return tokens?.accessToken ?? null
  }
  return {
    accessToken: async () => {
      if (current && Date.now() - current.since < RENEW_AFTER_MS) return current.token
      renewal ??= renew().finally(() => {
        renewal = undefined
      })
      return renewal
    },
    begin,
  }
}
