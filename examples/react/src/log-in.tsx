import { useApolloClient, useMutation } from '@apollo/client/react'
import { useState } from 'react'
import { useLocation } from 'wouter'
import { LogInDocument, VerifyCodeDocument } from './__generated__/operations.ts'
import { fieldsOf } from './form.ts'
import type { Session } from './session.ts'

/** Address and password, then the code that came by mail; both forms send what the graph asks for, and show what it says. */
export const LogIn = ({ session }: { readonly session: Session }) => {
  const client = useApolloClient()
  const [, goTo] = useLocation()
  const [logIn, first] = useMutation(LogInDocument)
  const [verify, second] = useMutation(VerifyCodeDocument)
  const [challengeId, setChallengeId] = useState<string>()

  const begin = async (tokens: { readonly accessToken: string } | null | undefined) => {
    if (!tokens) return
    session.begin(tokens)
    // Everything that was read as nobody may look different now.
    await client.resetStore()
    goTo('/')
  }
  const sendPassword = async (form: HTMLFormElement) => {
    const { data } = await logIn({ variables: fieldsOf(form, 'email', 'password') })
    setChallengeId(data?.login.challenge?.id)
    await begin(data?.login.tokens)
  }
  const sendCode = async (form: HTMLFormElement, challenge: string) => {
    const { data } = await verify({ variables: { challengeId: challenge, ...fieldsOf(form, 'code') } })
    await begin(data?.verifyMfa.tokens)
  }
  const said = challengeId
    ? (second.data?.verifyMfa.userErrors[0] ?? second.error)
    : (first.data?.login.userErrors[0] ?? first.error)
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        void (challengeId ? sendCode(event.currentTarget, challengeId) : sendPassword(event.currentTarget))
      }}
    >
      {challengeId ? (
        <label>
          The code from the mail
          <input name="code" inputMode="numeric" autoComplete="one-time-code" required />
        </label>
      ) : (
        <>
          <label>
            E-mail
            <input name="email" type="email" autoComplete="username" required />
          </label>
          <label>
            Password
            <input name="password" type="password" autoComplete="current-password" required />
          </label>
        </>
      )}
      {said && <p role="alert">{said.message}</p>}
      <button type="submit" disabled={first.loading || second.loading}>
        {challengeId ? 'Verify' : 'Log in'}
      </button>
    </form>
  )
}
