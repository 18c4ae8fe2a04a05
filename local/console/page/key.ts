import { KEY_HEADER } from '../paths.ts';
import { routeOf } from './route.ts';

const KEPT = 'floodgate-key';

/**
 * Keeps the key of the address, where it has one, for as long as the tab is open, and takes it out of the address.
 *
 * It stands behind the `#`, which no browser sends, and is kept by origin: a cookie would go to all ports of this machine.
 */
export function takeKey(): void {
  const { key } = routeOf(location.hash).about;
  if (key === undefined) return;
  sessionStorage.setItem(KEPT, key);
  history.replaceState(null, '', '#/');
}

export function keyHeaders(): Readonly<Record<string, string>> {
  const key = sessionStorage.getItem(KEPT);
  return key === null ? {} : { [KEY_HEADER]: key };
}

/** For what the browser asks for by itself, such as pictures. */
export function keyParameter(): Readonly<Record<string, string>> {
  const key = sessionStorage.getItem(KEPT);
  return key === null ? {} : { key };
}
