/** What a page of results shows: gigs of marketplace, their sellers of identity, their ratings of reviews, and how matches spread. */
export const Search = /* GraphQL */ `query Search($query: String, $filter: GigFilter, $sort: GigSort!) {
  searchGigs(query: $query, filter: $filter, sort: $sort, first: 20) {
    totalCount
    facets {
      categories { category { id name } count }
      prices { minMinor belowMinor count }
      deliveryDays { fromDays toDays count }
      levels { level count }
    }
    nodes {
      id slug title deliveryDays startingPrice { amountMinor currency }
      seller { displayName handle }
      ratingSummary { count average }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

export type Variables = Readonly<Record<string, unknown>>

interface Case {
  readonly name: string
  /** Looked up one after the other, so that one answer kept somewhere does not answer all. */
  readonly variants: readonly Variables[]
}

const byBudget = { price: { maxMinor: 60_000 }, deliveryDays: 10 }
const ofGoodSellers = { rating: 4, level: ['ESTABLISHED', 'TOP'] }

/** Text, two filters and facets of 100,000 gigs: rare, common and misspelt words, every order, selective and loose filters. */
export const cases: readonly Case[] = [
  ...(['RELEVANCE', 'NEWEST', 'PRICE_ASC', 'PRICE_DESC', 'RATING', 'BEST_SELLING'] as const).map((sort) => ({
    name: `one in thirty-six, ${sort}`,
    variants: ['logo', 'dashboard', 'subtitle', 'podcast'].map((query) => ({ query, filter: byBudget, sort })),
  })),
  {
    name: 'one in twelve (an audience)',
    variants: ['museums', 'clinics', 'authors'].map((query) => ({ query, filter: byBudget, sort: 'RELEVANCE' })),
  },
  {
    name: 'one in five (several trades)',
    variants: ['video', 'design', 'build'].map((query) => ({ query, filter: ofGoodSellers, sort: 'RELEVANCE' })),
  },
  {
    name: 'in every description',
    variants: ['years', 'version', 'answer'].map((query) => ({ query, filter: byBudget, sort: 'RELEVANCE' })),
  },
  {
    name: 'two words',
    variants: ['logo museums', 'video schools', 'edit banks'].map((query) => ({
      query,
      filter: ofGoodSellers,
      sort: 'RELEVANCE',
    })),
  },
  {
    name: 'three words and a phrase',
    variants: ['"voice over" warm farms', '"user need" bold', 'voice-over british elegant'].map((query) => ({
      query,
      filter: byBudget,
      sort: 'RATING',
    })),
  },
  {
    name: 'category and level',
    variants: ['playful', 'honest', 'careful'].map((query) => ({
      query,
      filter: { category: 'video-editing', level: ['TOP'] },
      sort: 'RELEVANCE',
    })),
  },
  {
    name: 'tags and who can start today',
    variants: ['figma', 'excel', 'seo'].map((tag) => ({
      query: 'quick',
      filter: { tags: [tag], availableNow: true },
      sort: 'BEST_SELLING',
    })),
  },
  {
    name: 'languages and rating',
    variants: ['shops', 'schools'].map((query) => ({
      query,
      filter: { languages: ['en'], rating: 4.5 },
      sort: 'RELEVANCE',
    })),
  },
  {
    name: 'misspelt',
    variants: ['dashbord', 'podcats', 'tranlsate'].map((query) => ({ query, filter: byBudget, sort: 'RELEVANCE' })),
  },
  {
    name: 'nothing to find',
    variants: ['qwxzvk', 'zzyzzx'].map((query) => ({ query, filter: byBudget, sort: 'RELEVANCE' })),
  },
  {
    name: 'no words, two filters',
    variants: [byBudget, ofGoodSellers].map((filter) => ({ filter, sort: 'RELEVANCE' })),
  },
]
