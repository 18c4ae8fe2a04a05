import { BlockList, isIP } from 'node:net';

/** The only IPv6 addresses that are routed between networks; those below are taken out of them. */
const GLOBAL_IPV6 = new BlockList();
GLOBAL_IPV6.addSubnet('2000::', 3, 'ipv6');

/**
 * What is not for everybody, or hides an IPv4 address that may not be.
 *
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const SPECIAL: readonly [network: string, prefix: number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  // The metadata of cloud machines, and Lambda's own.
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.31.196.0', 24],
  ['192.52.193.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['192.175.48.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  // Multicast, and all that is reserved above it.
  ['224.0.0.0', 3],
  // Protocols, Teredo with its hidden IPv4 address among them.
  ['2001::', 23],
  ['2001:db8::', 32],
  // 6to4 hides an IPv4 address.
  ['2002::', 16],
  ['2620:4f:8000::', 48],
  ['3fff::', 20],
];

const LOOPBACK: readonly [network: string, prefix: number][] = [
  ['127.0.0.0', 8],
  ['::1', 128],
];

const special = blockListOf(SPECIAL);
const loopback = blockListOf(LOOPBACK);

function blockListOf(networks: readonly [string, number][]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of networks) {
    list.addSubnet(network, prefix, network.includes(':') ? 'ipv6' : 'ipv4');
  }
  return list;
}

/** Whether an IP address is of the public Internet, as the system writes it after resolving a name. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  // Mapped, translated (NAT64), unique local, link-local and the like are none of 2000::/3.
  return version === 6 && GLOBAL_IPV6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

export function isLoopbackAddress(address: string): boolean {
  const version = isIP(address);
  return version !== 0 && loopback.check(address, version === 4 ? 'ipv4' : 'ipv6');
}
