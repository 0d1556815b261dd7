/** The operations of the walk, as a front end would write them. */

export const Refresh = /* GraphQL */ `
  mutation ($input: RefreshSessionInput!) { refreshSession(input: $input) { tokens { accessToken refreshToken } userErrors { code } } }`

export const UpdateFreelancerProfile = /* GraphQL */ `
  mutation ($input: UpdateFreelancerProfileInput!) {
    updateFreelancerProfile(input: $input) { freelancerProfile { headline } userErrors { code message field } }
  }`

export const gigInput = {
  title: 'I will draw a timeless lighthouse logo for your company',
  description:
    'You get a mark that works on a ship and on a stamp. Three drafts, two rounds of changes, all vector files, and the full rights to use them wherever you like.',
  categoryId: 'logo-design',
  tags: ['logo', 'lighthouse', 'brand'],
  packages: [
    {
      tier: 'BASIC',
      title: 'Mark',
      description: 'One mark, two drafts.',
      price: { amountMinor: 12_000 },
      deliveryDays: 4,
      revisions: 1,
    },
    {
      tier: 'PREMIUM',
      title: 'Identity',
      description: 'Mark, colours, type.',
      price: { amountMinor: 42_000 },
      deliveryDays: 9,
      revisions: 3,
    },
  ],
  requirements: [{ question: 'What should the mark show?', kind: 'TEXT', required: true }],
}

export const CreateGig = /* GraphQL */ `
  mutation ($input: CreateGigInput!) { createGig(input: $input) { gig { id status } userErrors { code message field } } }`

export const SubmitGig = /* GraphQL */ `
  mutation ($input: SubmitGigInput!) { submitGig(input: $input) { gig { id status } userErrors { code message field } } }`

export const Search = /* GraphQL */ `
  query ($query: String!) {
    searchGigs(query: $query, first: 5) {
      nodes {
        id
        startingPrice { formatted }
        seller { handle freelancerProfile { headline level } }
        ratingSummary { count }
      }
    }
  }`

export const PlaceOrder = /* GraphQL */ `
  mutation ($input: PlaceOrderInput!) {
    placeOrder(input: $input) { order { id state total { amountMinor currency } } userErrors { code message field } }
  }`

export const OrderOf = /* GraphQL */ `
  query ($id: ID!) {
    order(id: $id) {
      id
      state
      requirements { id }
      payment { status amount { amountMinor } }
      conversation { id }
      canReview
    }
  }`

export const CreateApiKey = /* GraphQL */ `
  mutation ($input: CreateApiKeyInput!) { createApiKey(input: $input) { secret userErrors { code message } } }`

export const CreateWebhookEndpoint = /* GraphQL */ `
  mutation ($input: CreateWebhookEndpointInput!) {
    createWebhookEndpoint(input: $input) { endpoint { id } secret userErrors { code message field } }
  }`

export const Webhooks = /* GraphQL */ `
  { viewer { webhookEndpoints { id deliveries(first: 5) { nodes { id type status attempts { httpStatus error } } } } } }`

export const CreateCheckout = /* GraphQL */ `
  mutation ($input: CreateCheckoutInput!) {
    createCheckout(input: $input) { checkout { url sessionId } userErrors { code message } }
  }`

export const SubmitRequirements = /* GraphQL */ `
  mutation ($input: SubmitRequirementsInput!) {
    submitRequirements(input: $input) { order { state } userErrors { code message field } }
  }`

export const MessageAdded = /* GraphQL */ `
  subscription ($conversationId: ID!) {
    messageAdded(conversationId: $conversationId) {
      body
      sender { handle freelancerProfile { headline } }
      conversation { order { id state } }
    }
  }`

export const SendMessage = /* GraphQL */ `
  mutation ($input: SendMessageInput!) { sendMessage(input: $input) { message { id sequence } userErrors { code message } } }`

export const Deliver = /* GraphQL */ `
  mutation ($input: DeliverOrderInput!) { deliverOrder(input: $input) { order { state } userErrors { code message } } }`

export const Accept = /* GraphQL */ `
  mutation ($input: AcceptDeliveryInput!) { acceptDelivery(input: $input) { order { state } userErrors { code message } } }`

export const SubmitReview = /* GraphQL */ `
  mutation ($input: SubmitReviewInput!) { submitReview(input: $input) { review { id } userErrors { code message } } }`

export const GigRating = /* GraphQL */ `
  query ($gigId: ID!) { gig(id: $gigId) { ratingCount ratingSummary { count average } } }`

export const Notifications = /* GraphQL */ `
  { viewer { notifications(first: 50) { nodes { category title } } } }`

export const FourServices = /* GraphQL */ `
  query ($handle: String!) {
    user(handle: $handle) {
      displayName
      freelancerProfile { headline level }
      gigs(first: 5) { nodes { id ratingSummary { count average } } }
      reviewsReceived(first: 5) { nodes { rating author { handle } } }
    }
  }`

export const WithOrders = /* GraphQL */ `
  query ($handle: String!) { user(handle: $handle) { displayName completedOrders gigs(first: 1) { nodes { id } } } }`

export const Purchases = /* GraphQL */ `
  { viewer { orders(role: BUYER, first: 10) { nodes { id state } } } }`
