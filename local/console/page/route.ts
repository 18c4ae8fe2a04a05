/** A view of the page, and what it is about. */
export interface Route {
  readonly view: ViewName;
  readonly about: Readonly<Record<string, string>>;
}

const VIEWS = [
  'overview',
  'live',
  'conversations',
  'campaigns',
  'channels',
  'subscribers',
  'letters',
  'phones',
  'dashboard',
  'api',
] as const;

export type ViewName = (typeof VIEWS)[number];

/** What stands behind the `#` of an address, such as `#/conversations?channel=…`. */
export function routeOf(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  const view = VIEWS.find((name) => name === path) ?? 'overview';
  return { view, about: Object.fromEntries(new URLSearchParams(query)) };
}

/** The address of a view. */
export function linkTo(view: ViewName, about: Readonly<Record<string, string>> = {}): string {
  const query = new URLSearchParams(about).toString();
  return `#/${view}${query === '' ? '' : `?${query}`}`;
}
