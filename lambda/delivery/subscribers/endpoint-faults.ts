import { memberOf } from '../../shared/json/json-source.ts';
import { isLoopbackAddress, isPublicAddress } from '../public-address.ts';

export interface EndpointRules {
  /** Whether plain http may be used to this machine, as the local stack has it. */
  readonly allowsLoopback: boolean;
}

/** What is wrong with where deliveries shall go; says nothing of members that are not there. */
export function endpointFaults(json: unknown, rules: EndpointRules): string[] {
  const endpoint = memberOf(json, 'endpoint');
  const url = memberOf(endpoint, 'url');
  const queueUrl = memberOf(endpoint, 'queueUrl');
  return [
    ...(typeof url === 'string' ? faults('endpoint.url', urlFault(url, rules)) : []),
    ...(typeof queueUrl === 'string'
      ? faults('endpoint.queueUrl', queueFault(queueUrl, rules))
      : []),
  ];
}

function faults(member: string, fault: string | undefined): string[] {
  return fault === undefined ? [] : [`${member} ${fault}`];
}

function urlFault(text: string, { allowsLoopback }: EndpointRules): string | undefined {
  const url = URL.parse(text);
  if (url === null) return `is no URL: ${text}`;
  // Not shown in whole: it is what somebody pasted with a password in it.
  if (url.username !== '' || url.password !== '') return `has credentials before ${url.host}`;
  if (allowsLoopback && isLoopback(url) && url.protocol === 'http:') return undefined;
  if (url.protocol !== 'https:') return `takes https:, not ${text}`;
  const address = literalAddress(url);
  return address === undefined ||
    isPublicAddress(address) ||
    (allowsLoopback && isLoopbackAddress(address))
    ? undefined
    : `names an address that is not of the public Internet: ${url.hostname}`;
}

function isLoopback(url: URL): boolean {
  const address = literalAddress(url);
  return address === undefined ? url.hostname === 'localhost' : isLoopbackAddress(address);
}

/** `URL` has written an address, in whatever notation it came, in its one form. */
function literalAddress({ hostname }: URL): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return /^[\d.]+$/.test(hostname) ? hostname : undefined;
}

const QUEUE_URL =
  /^https:\/\/sqs\.[a-z0-9-]+\.amazonaws\.com(\.cn)?\/\d{12}\/[\w-]{1,80}(\.fifo)?$/;

function queueFault(text: string, { allowsLoopback }: EndpointRules): string | undefined {
  const url = URL.parse(text);
  const isLocal = allowsLoopback && url?.protocol === 'http:' && isLoopback(url);
  return isLocal || QUEUE_URL.test(text)
    ? undefined
    : `takes the URL of a queue, such as https://sqs.eu-west-1.amazonaws.com/123456789012/bot.fifo, not ${text}`;
}
