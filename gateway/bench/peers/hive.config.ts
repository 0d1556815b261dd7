import { SHARE_IN_FLIGHT } from '../config.ts'

/**
 * Hive Gateway as its makers benchmark it (with compiled documents, `--jit`, where its own executor is used). Identical
 * requests in flight share one execution where there are any; without, the other variant is spared the price of looking.
 */
export const gatewayConfig = {
  logging: false,
  inboundInflightRequestDeduplication: SHARE_IN_FLIGHT,
  propagateHeaders: {
    fromClientToSubgraphs: ({ request }: { request: Request }) => ({
      authorization: request.headers.get('authorization'),
    }),
  },
}
