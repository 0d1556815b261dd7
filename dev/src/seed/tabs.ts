import type { PlaygroundTab } from '@gigraph/gateway'
import { demoAccounts } from './accounts.ts'

const client = demoAccounts[0]

/** Operations that stand ready in the playground: a first look without an account, then the way to one’s own data. */
export const demoTabs: readonly PlaygroundTab[] = [
  {
    name: 'Search gigs',
    query: `# Press the button with the arrow, or Ctrl-Enter.
# Four services answer: marketplace, identity,
# profiles and reviews.
query SearchGigs($query: String!) {
  searchGigs(query: $query, first: 5, sort: RELEVANCE) {
    totalCount
    nodes {
      title
      startingPrice { formatted }
      seller {
        displayName
        freelancerProfile { headline level }
      }
      ratingSummary { average count }
    }
    facets {
      categories { category { name } count }
    }
  }
}
`,
    variables: JSON.stringify({ query: 'logo' }, null, 2),
  },
  {
    name: 'A freelancer',
    query: `query Freelancer($handle: String!) {
  user(handle: $handle) {
    displayName
    avatar { url }
    freelancerProfile {
      headline
      bio
      level
      levelExplanation { metric value needed met }
      skills { name level }
      portfolio { title images { url(size: LARGE) alt } }
    }
    gigs(first: 5) {
      nodes { title startingPrice { formatted } }
    }
    reviewsReceived(first: 5) {
      nodes { rating comment author { displayName } }
    }
  }
}
`,
    variables: JSON.stringify({ handle: 'maya-lindqvist' }, null, 2),
  },
  {
    name: 'Log in',
    query: `# 1. Press the button: a code arrives in the mailbox.
# 2. Take it, and the challenge's id, to the next tab.
mutation LogIn($input: LoginInput!) {
  login(input: $input) {
    challenge { id methods expiresAt }
    userErrors { code message }
  }
}
`,
    variables: JSON.stringify({ input: { email: client?.email, password: client?.password } }, null, 2),
  },
  {
    name: 'Verify the code',
    query: `# From then on every tab is logged in, until the page is
# loaded again. Another account in one tab: put its token
# into that tab's headers, { "Authorization": "Bearer …" }.
mutation VerifyCode($input: VerifyMfaInput!) {
  verifyMfa(input: $input) {
    tokens { accessToken accessTokenExpiresAt }
    userErrors { code message }
  }
}
`,
    variables: JSON.stringify({ input: { challengeId: '', code: '' } }, null, 2),
  },
  {
    name: 'My orders',
    query: `# Log in first, in the tabs before.
query MyOrders {
  viewer {
    user { displayName }
    orders(first: 20) {
      nodes {
        id
        title
        state
        total { formatted }
        allowedActions
        dueAt
        payment { status }
        conversation { id unreadCount }
      }
    }
    notifications(first: 5) { nodes { title body createdAt } }
  }
}
`,
  },
  {
    name: 'A webhook',
    query: `# What is sent shows at http://localhost:4009/webhooks. Run RegisterWebhook, then TryWebhook with the id of the endpoint;
# whatever happens to your orders follows it there.
mutation RegisterWebhook($input: CreateWebhookEndpointInput!) {
  createWebhookEndpoint(input: $input) {
    endpoint { id url events }
    secret
    userErrors { code message field }
  }
}

mutation TryWebhook($endpointId: ID!) {
  sendTestWebhook(input: { endpointId: $endpointId }) {
    delivery { id type status }
    userErrors { code message }
  }
}

query MyWebhooks {
  viewer {
    webhookEndpoints {
      id url failingSince disabledBecause
      deliveries(first: 5) { nodes { type status attempts { at httpStatus durationMs error } } }
    }
  }
}
`,
    variables: JSON.stringify(
      {
        input: {
          url: 'http://localhost:4009/webhooks',
          events: ['ORDER_PLACED', 'ORDER_STARTED', 'ORDER_DELIVERED', 'ORDER_COMPLETED', 'MESSAGE_SENT'],
        },
        endpointId: '',
      },
      null,
      2,
    ),
    headers: JSON.stringify({ Authorization: 'Bearer ' }, null, 2),
  },
  {
    name: 'Live chat',
    query: `# Subscribe here, then write to the conversation from
# another window: the example of a client, for one.
subscription Chat($conversationId: ID!) {
  messageAdded(conversationId: $conversationId) {
    body
    createdAt
    sender { displayName freelancerProfile { level } }
    conversation { order { title state } }
  }
}
`,
    variables: JSON.stringify({ conversationId: '' }, null, 2),
  },
]
