import { isIP } from 'node:net'
import { isLoopbackAddress, isPublicAddress } from './public-address.ts'

const LONGEST = 2_000
const LOWEST_PORT = 1_024
/** Ends of names that belong to a machine or a network, not to the Internet (RFC 6761, RFC 6762, RFC 9476 and common use). */
const INNER = new Set(['localhost', 'local', 'internal', 'intranet', 'lan', 'home', 'corp', 'alt', 'test', 'invalid'])

/** The host without the brackets of IPv6. */
export const hostOf = ({ hostname }: URL): string => hostname.replace(/^\[(.*)\]$/, '$1')

const isLoopback = (host: string): boolean => host === 'localhost' || isLoopbackAddress(host)

const isOutside = (host: string): boolean => {
  if (isIP(host)) return isPublicAddress(host)
  const end = host.split('.').at(-1) ?? ''
  return host.includes('.') && end !== '' && !INNER.has(end)
}

/**
 * What is wrong with the address of an endpoint, in words; null: nothing. Where its name leads is checked at each call.
 *
 * @param loopback whether programs of this machine may be called, also by http; for development
 */
export const urlFault = (text: string, { loopback }: { readonly loopback: boolean }): string | null => {
  if (text.length > LONGEST) return `An address has at most ${LONGEST} characters.`
  if (!URL.canParse(text)) return 'Give an absolute address such as https://example.com/hooks.'
  const url = new URL(text)
  const host = hostOf(url)
  const own = loopback && isLoopback(host)
  if (url.protocol !== 'https:' && !(own && url.protocol === 'http:'))
    return 'Only https is called: what happens to you is not for everybody on the way.'
  if (url.username || url.password)
    return 'Leave name and password out of the address; calls prove themselves by their signature.'
  if (url.hash) return 'Leave out what follows #: it is never sent.'
  if (!own && !isOutside(host)) return 'Give a host that is reached from the Internet.'
  if (url.port !== '' && Number(url.port) < LOWEST_PORT) return `Use the usual port, or one from ${LOWEST_PORT} on.`
  return null
}
