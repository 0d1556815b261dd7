import { type Graph, post } from './start-graph.ts'
import { PASSWORD } from './start-identity.ts'

const Login = 'mutation ($input: LoginInput!) { login(input: $input) { challenge { id } userErrors { code } } }'
const VerifyMfa =
  'mutation ($input: VerifyMfaInput!) { verifyMfa(input: $input) { tokens { accessToken refreshToken } userErrors { code } } }'

/** Needs `t`, a refresh token. */
export const Refresh =
  'mutation ($t: String!) { refreshSession(input: { refreshToken: $t }) { tokens { accessToken refreshToken } userErrors { code } } }'
export const Me = '{ viewer { id } }'

export interface Tokens {
  readonly accessToken: string
  readonly refreshToken: string
}

export const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Logs in through the gateway at `url`, with the code from the mail. */
export const logInAt = async (graph: Graph, url: string, email: string): Promise<Tokens> => {
  const { body } = await post(url, { query: Login, variables: { input: { email, password: PASSWORD } } })
  await graph.runJobs()
  const input = { challengeId: body.data.login.challenge.id, code: graph.mail.code(email) }
  return (await post(url, { query: VerifyMfa, variables: { input } })).body.data.verifyMfa.tokens
}

export const claimsOf = (token: string): { exp: number; iat: number; roles: string[]; sid: string } =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString())
