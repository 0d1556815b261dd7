import { ApolloProvider } from '@apollo/client/react'
import { createRoot } from 'react-dom/client'
import { App } from './app.tsx'
import { createClient } from './client.ts'
import { createSession } from './session.ts'

const root = document.querySelector('main')
const graphqlUrl = root?.dataset.graphql
if (!root || !graphqlUrl) throw new Error('the page does not say where the graph is')

const session = createSession(graphqlUrl)
createRoot(root).render(
  <ApolloProvider client={createClient(graphqlUrl, session)}>
    <App session={session} />
  </ApolloProvider>,
)
