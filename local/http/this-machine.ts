import { isIP } from 'node:net';

const NAMES = ['localhost', 'host.docker.internal', 'host.containers.internal'];

/**
 * Whether a request was sent to this machine by a name that nobody else can give to it: an address, or one that the
 * machine or its containers give. A site that has its own name lead here is so no part of what is served here.
 *
 * @param host the header, with or without a port
 */
export function isThisMachine(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d{1,5}$/, '').toLowerCase();
  const address = name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
  return isIP(address) !== 0 || NAMES.includes(name) || name.endsWith('.localhost');
}
