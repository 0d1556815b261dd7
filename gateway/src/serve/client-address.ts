import type { IncomingMessage } from 'node:http'
import proxyAddress from '@fastify/proxy-addr'

/** Finds a request's client as Fastify's `request.ip` does, for requests that never become one of Fastify's. */
export const addressFinder = (trustProxy: boolean | string): ((request: IncomingMessage) => string) => {
  const isTrusted = trustOf(trustProxy)
  return (request) =>
    (trustProxy === false ? undefined : proxyAddress(request, isTrusted)) ?? request.socket.remoteAddress ?? ''
}

const trustOf = (trustProxy: boolean | string): ((address: string, hop: number) => boolean) => {
  if (typeof trustProxy === 'boolean') return () => trustProxy
  return proxyAddress.compile(trustProxy.split(',').map((address) => address.trim()))
}
