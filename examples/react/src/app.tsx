import { skipToken, useMutation, useQuery, useSubscription } from '@apollo/client/react'
import { Link, Route, Switch } from 'wouter'
import { LogOutDocument, MeDocument, MyNumbersDocument } from './__generated__/operations.ts'
import { Conversation } from './conversation.tsx'
import { Gig } from './gig.tsx'
import { Inbox } from './inbox.tsx'
import { LogIn } from './log-in.tsx'
import { Order } from './order.tsx'
import { Search } from './search.tsx'
import type { Session } from './session.ts'

export const App = ({ session }: { readonly session: Session }) => {
  const { data, loading } = useQuery(MeDocument)
  const viewer = data?.viewer ?? null
  // Events carry the numbers of the header; the cache puts them in their place.
  useSubscription(MyNumbersDocument, viewer ? {} : skipToken)
  return (
    <>
      <header>
        <Link href="/">Gigraph</Link>
        <nav>
          {viewer && <Link href="/messages">Messages{viewer.unreadCount ? ` (${viewer.unreadCount})` : ''}</Link>}
          {viewer && <LogOut name={viewer.user.displayName} />}
          {!viewer && !loading && <Link href="/log-in">Log in</Link>}
        </nav>
      </header>
      <Switch>
        <Route path="/">
          <Search />
        </Route>
        <Route path="/log-in">
          <LogIn session={session} />
        </Route>
        <Route path="/gigs/:id">
          {({ id }) => <Gig key={id} id={id} isLoggedIn={loading ? undefined : viewer !== null} />}
        </Route>
        {viewer && <Route path="/messages" component={Inbox} />}
        {viewer && (
          <Route path="/messages/:id">{({ id }) => <Conversation key={id} id={id} viewerId={viewer.id} />}</Route>
        )}
        {viewer && <Route path="/orders/:id">{({ id }) => <Order key={id} id={id} />}</Route>}
        <Route>{!loading && <p>{viewer ? 'This example has no such page.' : 'Log in to see this.'}</p>}</Route>
      </Switch>
    </>
  )
}

const LogOut = ({ name }: { readonly name: string }) => {
  const [logOut] = useMutation(LogOutDocument)
  const leave = async () => {
    await logOut()
    // A new page: nothing of what was read stays in memory for whoever comes next.
    location.assign('/')
  }
  return (
    <button type="button" onClick={leave}>
      Log out {name}
    </button>
  )
}
