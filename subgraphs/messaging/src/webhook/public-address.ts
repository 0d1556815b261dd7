import { BlockList, isIP } from 'node:net'

/** IPv4 that is nobody's own place on the Internet (IANA's special-purpose registry), and Azure's metadata at a public address. */
const specialV4 = new BlockList()
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['168.63.129.16', 32],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  specialV4.addSubnet(network, bits)

/** Of IPv6 only what is given out for the Internet: loopback, unique local, link-local, multicast, mapped IPv4 and NAT64 are none of it. */
const internetV6 = new BlockList()
internetV6.addSubnet('2000::', 3, 'ipv6')
/** Within it: protocols (Teredo among them), documentation, and 6to4, behind which any IPv4 may be. */
const specialV6 = new BlockList()
for (const [network, bits] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  specialV6.addSubnet(network, bits, 'ipv6')

/** Whether an IP address is a place on the public Internet. What is no address is none. */
export const isPublicAddress = (address: string): boolean => {
  switch (isIP(address)) {
    case 4:
      return !specialV4.check(address)
    case 6:
      // A zone belongs to a link.
      return !address.includes('%') && internetV6.check(address, 'ipv6') && !specialV6.check(address, 'ipv6')
    default:
      return false
  }
}

export const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || (isIP(address) === 4 && address.startsWith('127.'))
