import { expect, test } from 'vitest'
import { type StoreGraph, storeGraph } from './testing/store-graph.ts'

async function same(graph: StoreGraph, query: string, variables?: Record<string, unknown>) {
  const expected = await graph.runMonolith(query, variables)
  expect(expected.errors).toBeUndefined()
  expect(await graph.run(query, variables)).toEqual(expected)
}

test('@requires sends fields of other services, nested ones and chained ones', async () => {
  const product = {
    __typename: 'Product',
    upc: '1',
    price: 899,
    weight: 100,
    dimensions: { __typename: 'Dimensions', width: 3, height: 2 },
    shippingEstimate(this: { price: number; weight: number }) {
      return this.price > 500 ? 0 : this.weight / 2
    },
    volume(this: { dimensions: { width: number; height: number } }) {
      return this.dimensions.width * this.dimensions.height
    },
    label(this: { volume: number; shippingEstimate: number }) {
      const plain = (value: unknown) => (typeof value === 'function' ? value.call(this) : value)
      return `${plain(this.volume)}/${plain(this.shippingEstimate)}`
    },
  }
  const graph = storeGraph(
    {
      products: `type Query { products: [Product!]! } type Dimensions @shareable { width: Int height: Int }
        type Product @key(fields: "upc") { upc: ID! price: Int weight: Int dimensions: Dimensions }`,
      inventory: `type Dimensions @shareable { width: Int height: Int }
        type Product @key(fields: "upc") { upc: ID! price: Int @external weight: Int @external dimensions: Dimensions @external
          shippingEstimate: Int @requires(fields: "price weight") volume: Int @requires(fields: "dimensions { width height }") }`,
      labels: `type Product @key(fields: "upc") { upc: ID! volume: Int @external shippingEstimate: Int @external
          label: String @requires(fields: "volume shippingEstimate") }`,
    },
    { root: { products: [product] }, records: [product] },
  )
  await same(graph, '{ products { shippingEstimate volume } }')
  await same(graph, '{ products { label } }')
  await same(graph, '{ products { price: weight label l2: label } }')
})

test('@requires with fragments over an interface', async () => {
  const dog = { __typename: 'Dog', name: 'Rex', bark: 'Wuff' }
  const cat = { __typename: 'Cat', name: 'Tom', meow: 'Miau' }
  const owner = {
    __typename: 'Owner',
    id: '1',
    pets: [dog, cat],
    noise(this: { pets: { bark?: string; meow?: string; name?: string }[] }) {
      return this.pets.map((pet) => pet.bark ?? pet.meow).join()
    },
  }
  const pets = `interface Pet { name: String } type Dog implements Pet @shareable { name: String bark: String }
    type Cat implements Pet @shareable { name: String meow: String }`
  const graph = storeGraph(
    {
      a: `type Query { owner: Owner } ${pets} type Owner @key(fields: "id") { id: ID! pets: [Pet!] }`,
      b: `${pets} type Owner @key(fields: "id") { id: ID! pets: [Pet!] @external
          noise: String @requires(fields: "pets { ... on Dog { bark } ... on Cat { meow } }") }`,
    },
    { root: { owner }, records: [owner] },
  )
  await same(graph, '{ owner { noise } }')
  await same(graph, '{ owner { noise pets { name __typename ... on Cat { sound: meow } } } }')
})

test('@provides saves a fetch for the provided path only', async () => {
  const author = { __typename: 'User', id: '1', name: 'Ada', email: 'a@b.c' }
  const review = { __typename: 'Review', id: '1', author }
  const graph = storeGraph(
    {
      users: `type Query { me: User } type User @key(fields: "id") { id: ID! name: String @shareable email: String }`,
      reviews: `type Query { reviews: [Review!] } type Review { id: ID! author: User @provides(fields: "name") }
        type User @key(fields: "id") { id: ID! name: String @external }`,
    },
    { root: { me: author, reviews: [review] }, records: [author] },
  )
  await same(graph, '{ reviews { author { name } } }')
  expect(graph.seen.map(({ service }) => service)).toEqual(['reviews'])
  await same(graph, '{ reviews { author { name email } } }')
})

test('@provides through interfaces and unions', async () => {
  const book = { __typename: 'Book', id: '1', title: 'Emma', pages: 400 }
  const film = { __typename: 'Film', id: '2', title: 'Heat', minutes: 170 }
  const graph = storeGraph(
    {
      a: `type Query { shelf: [Media] @provides(fields: "... on Book { title }") feed: [Item] @shareable @provides(fields: "... on Film { title }") }
        interface Media { id: ID! } union Item = Book | Film
        type Book implements Media @key(fields: "id") { id: ID! title: String @external }
        type Film implements Media @key(fields: "id") { id: ID! title: String @external }`,
      b: `type Book @key(fields: "id") { id: ID! title: String @shareable pages: Int } type Film @key(fields: "id") { id: ID! title: String @shareable minutes: Int }`,
    },
    { root: { shelf: [book, film], feed: [film, book] }, records: [book, film] },
  )
  await same(graph, '{ shelf { __typename ... on Book { title } } }')
  expect(graph.seen).toHaveLength(1)
  await same(
    graph,
    '{ shelf { ... on Book { title pages } ... on Film { title minutes } } feed { ... on Film { title } ... on Book { name: title } } }',
  )
})

test('@override moves a field; the old owner is not asked', async () => {
  const product = { __typename: 'Product', id: '1', price: 5 }
  const graph = storeGraph(
    {
      old: `type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int }`,
      new: `type Product @key(fields: "id") { id: ID! price: Int @override(from: "old") }`,
    },
    { root: { product }, records: [product] },
  )
  await same(graph, '{ product { price } }')
  expect(graph.seen.find(({ query }) => query.includes('price'))?.service).toBe('new')
})

test('@fromContext gives each position the value above it', async () => {
  const child = { __typename: 'Child', id: 'c', label: ({ currency }: { currency: string }) => `in ${currency}` }
  const parent = (id: string, currency: string) => ({ __typename: 'Parent', id, currency, child })
  const parents = [parent('1', 'USD'), parent('2', 'EUR'), parent('3', 'USD')]
  const graph = storeGraph(
    {
      a: `type Query { parents: [Parent!]! } 
        type Parent @key(fields: "id") @context(name: "p") { id: ID! child: Child! currency: String }
        type Child @key(fields: "id") { id: ID! label(currency: String @fromContext(field: "$p { currency }")): String }`,
      b: `type Child @key(fields: "id") { id: ID! other: String }`,
    },
    { root: { parents }, records: [...parents, child] },
  )
  expect(await graph.run('{ parents { child { label } } }')).toEqual({
    data: { parents: ['USD', 'EUR', 'USD'].map((currency) => ({ child: { label: `in ${currency}` } })) },
  })
})

test('@fromContext reads the nearest object above that sets it, through lists, unions and other services', async () => {
  const leaf = (id: string, theme: string) => ({
    __typename: 'Leaf',
    id,
    color: ({ theme: given = theme }: { theme?: string }) => `in ${given}`,
    weight: 1,
  })
  const tree = (id: string, theme: string) => ({
    __typename: 'Tree',
    id,
    theme: { __typename: 'Theme', name: theme },
    branches: [{ __typename: 'Branch', leaves: [leaf('l', theme), leaf('m', theme)] }, null],
    first: leaf('l', theme),
    age: 7,
  })
  const bush = { __typename: 'Bush', id: 'b', theme: { __typename: 'Theme', name: 'dark' }, first: leaf('l', 'dark') }
  const trees = [tree('1', 'light'), tree('2', 'plain')]
  const graph = storeGraph(
    {
      a: `type Query { plants: [Plant!] } union Plant = Tree | Bush type Theme { name: String } type Branch { leaves: [Leaf!] }
        type Tree @key(fields: "id") @context(name: "plant") { id: ID! theme: Theme branches: [Branch] first: Leaf }
        type Bush @key(fields: "id") @context(name: "plant") { id: ID! theme: Theme first: Leaf }
        type Leaf @key(fields: "id") { id: ID! color(theme: String @fromContext(field: "$plant { theme { name } }")): String }`,
      b: `type Leaf @key(fields: "id") { id: ID! weight: Int } type Tree @key(fields: "id") { id: ID! age: Int }`,
    },
    {
      root: { plants: [...trees, bush] },
      records: [...trees, bush, { ...leaf('l', 'none') }, { ...leaf('m', 'none') }],
    },
  )
  await same(
    graph,
    '{ plants { ... on Tree { branches { leaves { color weight } } age } ... on Bush { first { color } } } }',
  )
  await same(
    graph,
    '{ plants { __typename ... on Tree { first { id shade: color } theme { title: name } } ... on Bush { first { weight shade: color } } } }',
  )
})

test('@override of a field that requires others, and of one that others require', async () => {
  const product = {
    __typename: 'Product',
    id: '1',
    price: 5,
    tax(this: { price: number }) {
      return this.price * 2
    },
    label(this: { tax: number | (() => number) }) {
      return `tax ${typeof this.tax === 'function' ? this.tax() : this.tax}`
    },
  }
  const graph = storeGraph(
    {
      old: `type Query { product: Product } type Product @key(fields: "id") { id: ID! price: Int tax: Int }`,
      new: `type Product @key(fields: "id") { id: ID! price: Int @external tax: Int @override(from: "old") @requires(fields: "price") }`,
      labels: `type Product @key(fields: "id") { id: ID! tax: Int @external label: String @requires(fields: "tax") }`,
    },
    { root: { product }, records: [product] },
  )
  await same(graph, '{ product { tax } }')
  await same(graph, '{ product { label price: tax } }')
  expect(graph.seen.find(({ query }) => query.includes('tax'))?.service).toBe('new')
})

test('@requires and @key of fields that clients do not see', async () => {
  const product = {
    __typename: 'Product',
    id: '1',
    hidden: 'h',
    cost: 3,
    price(this: { cost: number }) {
      return this.cost + 1
    },
    stock: 8,
  }
  const graph = storeGraph(
    {
      a: `type Query { product: Product } type Product @key(fields: "id") @key(fields: "hidden") { id: ID! hidden: String! @inaccessible cost: Int @inaccessible }`,
      b: `type Product @key(fields: "id") { id: ID! cost: Int @external price: Int @requires(fields: "cost") }`,
      c: `type Product @key(fields: "hidden") { hidden: String! stock: Int }`,
    },
    { root: { product }, records: [product] },
  )
  await same(graph, '{ product { price stock } }')
  await same(graph, '{ product { cost: stock hidden: price } }')
  expect(() => graph.run('{ product { cost } }')).toThrow(/Cannot query field/)
})

test('a progressive @override moves its share of requests', async () => {
  const paper = { __typename: 'Paper', id: '1', none: 'n', all: 'a', half: 'h' }
  const owned = 'none: String all: String half: String'
  const moved = (name: string, percent: number) =>
    `${name}: String @override(from: "old", label: "percent(${percent})")`
  const graph = storeGraph(
    {
      old: `type Query { paper: Paper } type Paper @key(fields: "id") { id: ID! ${owned} }`,
      new: `type Paper @key(fields: "id") { id: ID! ${moved('none', 0)} ${moved('all', 100)} ${moved('half', 50)} }`,
    },
    { root: { paper }, records: [paper] },
  )
  const servicesAsked = async (field: string) => {
    graph.seen.length = 0
    expect(await graph.run(`{ paper { ${field} } }`)).toEqual({ data: { paper: { [field]: field[0] } } })
    return graph.seen.map(({ service }) => service).join()
  }
  expect(await servicesAsked('none')).toBe('old')
  expect(await servicesAsked('all')).toBe('old,new')
  const ways = new Set<string>()
  for (let i = 0; i < 60; i++) ways.add(await servicesAsked('half'))
  expect([...ways].sort()).toEqual(['old', 'old,new'])
})
