import type { Provider } from '../events/event.ts';

/** Hosts from which the providers hand out files, with all below them. */
const HOSTS: Readonly<Record<Provider, readonly string[]>> = {
  meta: ['fbsbx.com', 'fbcdn.net', 'whatsapp.net'],
  wasender: ['wasenderapi.com'],
};

/**
 * Whether a URL is one of the provider's own. Only from those is anything fetched, and only they see
 * the token: a URL comes from outside, whatever answer it stands in.
 *
 * @param apiUrl where the provider's API is, from which files may come as well
 */
export function isProviderUrl(provider: Provider, url: string, apiUrl: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, port, origin, username, password } = new URL(url);
  if (username !== '' || password !== '') return false;
  if (origin === new URL(apiUrl).origin) return true;
  const isBelow = HOSTS[provider].some(
    (host) => hostname === host || hostname.endsWith(`.${host}`),
  );
  return protocol === 'https:' && port === '' && isBelow;
}
