// Runs in the browser; bundled by bundle.ts.
import 'graphiql/style.css'
import './app.css'
import { createGraphiQLFetcher } from '@graphiql/toolkit'
import { GraphiQL } from 'graphiql'
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
const fetcher = createGraphiQLFetcher({ url: url.href, subscriptionUrl: subscriptionUrl.href })

createRoot(root).render(
  <GraphiQL fetcher={fetcher} defaultTabs={tabs} isHeadersEditorEnabled defaultEditorToolsVisibility="headers">
    <GraphiQL.Logo>{title}</GraphiQL.Logo>
  </GraphiQL>,
)
