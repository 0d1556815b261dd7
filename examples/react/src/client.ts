import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client'
import { SetContextLink } from '@apollo/client/link/context'
import { GraphQLWsLink } from '@apollo/client/link/subscriptions'
import { relayStylePagination } from '@apollo/client/utilities'
import { OperationTypeNode } from 'graphql'
import { createClient as createSocket } from 'graphql-ws'
import type { Session } from './session.ts'

declare module '@apollo/client' {
  namespace ApolloClient.DeclareDefaultOptions {
    interface Mutate {
      errorPolicy: 'all'
    }
  }
}

/**
 * An Apollo Client for the graph: queries and mutations over HTTP, subscriptions over one WebSocket that is opened when it is needed
 * and comes back by itself, each time with a fresh token.
 */
export const createClient = (graphqlUrl: string, session: Session): ApolloClient => {
  const authorization = async (): Promise<Record<string, string>> => {
    const token = await session.accessToken()
    return token === null ? {} : { authorization: `Bearer ${token}` }
  }
  const authorize = new SetContextLink(async ({ headers }) => ({ headers: { ...headers, ...(await authorization()) } }))
  const http = new HttpLink({ uri: graphqlUrl, credentials: 'include', headers: { 'x-gigraph-session': 'cookie' } })
  const socket = new GraphQLWsLink(
    createSocket({
      url: graphqlUrl.replace(/^http/, 'ws'),
      connectionParams: authorization,
      retryAttempts: Number.POSITIVE_INFINITY,
      shouldRetry: () => true,
    }),
  )
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      socket,
      authorize.concat(http),
    ),
    // What a mutation failed with is part of its result, as its user errors are; nothing is thrown.
    defaultOptions: { mutate: { errorPolicy: 'all' } },
    cache: new InMemoryCache({
      typePolicies: {
        // Pages of one search are one list; another search is another list.
        Query: { fields: { searchGigs: relayStylePagination(['query', 'filter', 'sort']) } },
      },
    }),
  })
}
