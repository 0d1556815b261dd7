import { isIPv6 } from 'node:net'

const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i
const NETWORK_GROUPS = 4

/**
 * What one client cannot change at will: its IPv4 address, or the /64 network of its IPv6 address. Every subscriber has at least a whole
 * /64 (RFC 6177), so that a budget per address would be one per attempt.
 */
export const networkOf = (address: string): string => {
  const mapped = MAPPED.exec(address)?.[1]
  if (mapped !== undefined) return mapped
  const [plain = ''] = address.split('%')
  if (!isIPv6(plain)) return address
  const [left = '', right] = plain.split('::')
  const begin = left === '' ? [] : left.split(':')
  const end = right === undefined || right === '' ? [] : right.split(':')
  // An IPv4 tail stands for two groups; it lies beyond the first four anyway.
  const missing = right === undefined ? 0 : Math.max(0, 8 - begin.length - end.length - (plain.includes('.') ? 1 : 0))
  const groups = [...begin, ...Array<string>(missing).fill('0'), ...end].slice(0, NETWORK_GROUPS)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(':')}::/64`
}
