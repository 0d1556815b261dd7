// Runs in the browser; bundled by bundle.ts.
import 'graphiql/style.css'
import './app.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
import { parse } from 'graphql'
import { createRoot } from 'react-dom/client'

const root = document.getElementById('playground')
const { path, assets, title, tabs } = JSON.parse(root.dataset.configuration)

const WORKERS = { json: 'json.worker.js', graphql: 'graphql.worker.js' }
globalThis.MonacoEnvironment = {
  getWorker: (_id, label) => new Worker(`${assets}/${WORKERS[label] ?? 'editor.worker.js'}`),
}

const url = new URL(path, location.href)
const subscriptionUrl = new URL(url)
subscriptionUrl.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:'

// Subscriptions get the header editor's content as connection_init payload.
const send = createGraphiQLFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href })

const documentOf = (query) => {
  try {
    return parse(query)
  } catch {
    // The gateway will say what is wrong with it.
    return undefined
  }
}

// Whoever logs in here stays so: the last access token that an answer held goes with what follows, unless a tab's headers say
// otherwise. It lives in this variable and ends with the page.
let accessToken

const look = (value) => {
  if (Array.isArray(value)) value.forEach(look)
  else if (value && typeof value === 'object')
    for (const [name, inner] of Object.entries(value)) {
      if (name === 'accessToken' && typeof inner === 'string') accessToken = inner
      else look(inner)
    }
  return value
}

const lookAtEach = async function* (answers) {
  for await (const answer of answers) yield look(answer)
}

const lookAtAnswer = (answer) => (answer?.[Symbol.asyncIterator] ? lookAtEach(answer) : look(answer))

const withToken = (headers = {}) => {
  const [name = 'Authorization', value = ''] =
    Object.entries(headers).find(([key]) => /^authorization$/i.test(key)) ?? []
  const isSaid = !/^(Bearer\s*)?$/.test(value)
  return accessToken && !isSaid ? { ...headers, [name]: `Bearer ${accessToken}` } : headers
}

// GraphiQL's own idea of the document lags behind a change of tabs: a subscription would go over HTTP, and a query under
// the other tab's name.
const fetcher = (request, options) => {
  const documentAST = documentOf(request.query)
  const operations = documentAST?.definitions.filter(({ kind }) => kind === 'OperationDefinition') ?? []
  const operationName = operations.length === 1 ? operations[0].name?.value : request.operationName
  const headers = withToken(options?.headers)
  const answer = send({ ...request, operationName }, { ...options, headers, documentAST })
  return answer[Symbol.asyncIterator] ? lookAtEach(answer) : answer.then(lookAtAnswer)
}

// GraphiQL keeps tabs from the last visit; on the first, it fills the first tab's editors from the initial values only.
const first = localStorage.getItem('graphiql:tabState') ? undefined : tabs?.[0]

createRoot(root).render(
  <GraphiQL
    fetcher={fetcher}
    defaultTabs={tabs}
    initialVariables={first?.variables}
    initialHeaders={first?.headers}
    isHeadersEditorEnabled
    defaultEditorToolsVisibility="variables"
  >
    <GraphiQL.Logo>{title}</GraphiQL.Logo>
  </GraphiQL>,
)
