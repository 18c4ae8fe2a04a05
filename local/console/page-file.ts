/** What the page consists of, and the type of each. */
const TYPES = {
  'index.html': 'text/html; charset=utf-8',
  'page.js': 'text/javascript; charset=utf-8',
  'page.css': 'text/css; charset=utf-8',
  'runbook.html': 'text/html; charset=utf-8',
  'openapi.json': 'application/json; charset=utf-8',
} as const;

export type PageFileName = keyof typeof TYPES;

export function isPageFile(name: string): name is PageFileName {
  return Object.hasOwn(TYPES, name);
}

export function typeOf(name: PageFileName): string {
  return TYPES[name];
}

export type PageFiles = Readonly<Record<PageFileName, string>>;
