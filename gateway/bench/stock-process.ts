import { readFileSync } from 'node:fs'
import { ApolloGateway, RemoteGraphQLDataSource } from '@apollo/gateway'
import { ApolloServer } from '@apollo/server'
import { startStandaloneServer } from '@apollo/server/standalone'

/** Stock @apollo/server over stock @apollo/gateway, forwarding `authorization` as every gateway of the benchmark does. */
class ForwardingSource extends RemoteGraphQLDataSource<{ authorization?: string | undefined }> {
  override willSendRequest({
    request,
    context,
  }: Parameters<NonNullable<RemoteGraphQLDataSource['willSendRequest']>>[0]) {
    const { authorization } = context as { authorization?: string }
    if (authorization !== undefined) request.http?.headers.set('authorization', authorization)
  }
}

const [port = '0', file = ''] = process.argv.slice(2)
const server = new ApolloServer({
  gateway: new ApolloGateway({
    supergraphSdl: readFileSync(file, 'utf8'),
    buildService: ({ url }) => new ForwardingSource(url === undefined ? {} : { url }),
  }),
})
await startStandaloneServer(server, {
  listen: { port: Number(port), host: '127.0.0.1' },
  context: async ({ req }) => ({ authorization: req.headers.authorization }),
})
