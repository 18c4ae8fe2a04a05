import type { IncomingMessage } from 'node:http';

const PATH = /^\/2015-03-31\/event-source-mappings(?:\/([^/]+))?\/?$/;

const OF_ALL = { GET: 'ListEventSourceMappings', POST: 'CreateEventSourceMapping' } as const;
const OF_ONE = {
  DELETE: 'DeleteEventSourceMapping',
  GET: 'GetEventSourceMapping',
  PUT: 'UpdateEventSourceMapping',
} as const;

type Action = (typeof OF_ALL)[keyof typeof OF_ALL] | (typeof OF_ONE)[keyof typeof OF_ONE];

export interface MappingRoute {
  readonly action: Action;
  /** Of path and query. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a request asks for, by its method and path; undefined for anything but mappings. */
export function mappingRoute({ method = '', url = '' }: IncomingMessage): MappingRoute | undefined {
  const { pathname, searchParams } = new URL(url, 'http://lambda');
  const path = PATH.exec(pathname);
  if (path === null) return undefined;
  const UUID = path[1];
  const actions: Readonly<Record<string, Action>> = UUID === undefined ? OF_ALL : OF_ONE;
  const action = actions[method];
  if (action === undefined) return undefined;
  return {
    action,
    parameters: UUID === undefined ? Object.fromEntries(searchParams) : { UUID },
  };
}
