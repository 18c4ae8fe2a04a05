/** What of a request tells who sent it. */
export interface Sender {
  readonly method: string;
  readonly path: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  /** `Sec-Fetch-Site`, which browsers send and scripts cannot change. */
  readonly fetchSite: string | undefined;
}

export type Admission = { readonly ok: true } | { readonly ok: false; readonly reason: string };

const NAMES = ['127.0.0.1', 'localhost', '[::1]'];

/** What a link on another site may lead to. It shows nothing before it has asked, as itself, for more. */
const PAGE = '/';

/**
 * Whether a request comes from the page itself, or from a program of this machine.
 *
 * A name that leads here but is not this machine's is refused, so that no site reads by rebinding its own name.
 * Another site's page may ask nothing, and what changes something has to say where it comes from.
 */
export function admit(sender: Sender, port: number): Admission {
  const reason = faultOf(sender, port);
  return reason === undefined ? { ok: true } : { ok: false, reason };
}

function faultOf({ method, path, host, origin, fetchSite }: Sender, port: number) {
  const hosts = NAMES.map((name) => `${name}:${port}`);
  if (host === undefined || !hosts.includes(host)) {
    return `this is ${hosts[0]}, and not ${host ?? 'a host without a name'}`;
  }
  const isReading = method === 'GET' || method === 'HEAD';
  if (!isOwn(origin, host, isReading)) {
    return `only this page may ask for that, and not ${origin ?? 'who does not say who it is'}`;
  }
  const isLink = path === PAGE || fetchSite === undefined;
  if (isLink || fetchSite === 'same-origin' || fetchSite === 'none') return undefined;
  return 'another site may not ask for that';
}

/** A browser names no origin where its page reads from its own. */
function isOwn(origin: string | undefined, host: string, isReading: boolean): boolean {
  return origin === undefined ? isReading : origin === `http://${host}`;
}
