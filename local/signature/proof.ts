import { headersOf, queryOf, type WireRequest } from './canonical.ts';

/** What a request says that it is signed with. */
export interface Proof {
  readonly accessKeyId: string;
  /** Such as `20261129T060000Z`. */
  readonly date: string;
  /** Day, Region, service and `aws4_request`. */
  readonly scope: string;
  readonly signedHeaders: readonly string[];
  readonly signature: string;
  /** For so many seconds, where a query is signed. */
  readonly expires?: number;
}

/** The proof in a request's header or query; undefined where there is none, or half of one. */
export function proofOf(request: WireRequest): Proof | 'none' | 'malformed' {
  const headers = headersOf(request);
  const query = new Map(queryOf(request));
  const authorization = headers.get('authorization');
  if (authorization === undefined && !query.has('X-Amz-Signature')) return 'none';
  const given = authorization === undefined ? inQuery(query) : inHeader(authorization, headers);
  const [accessKeyId = '', ...scope] = given.credential.split('/');
  const date = given.date ?? '';
  const isWhole =
    accessKeyId !== '' &&
    scope.length === 4 &&
    /^\d{8}T\d{6}Z$/.test(date) &&
    /^[0-9a-f]{64}$/.test(given.signature) &&
    given.signedHeaders !== '';
  if (!isWhole) return 'malformed';
  return {
    ...{ accessKeyId, date, scope: scope.join('/'), signature: given.signature },
    signedHeaders: given.signedHeaders.split(';'),
    ...(authorization === undefined && { expires: Number(query.get('X-Amz-Expires')) }),
  };
}

const PARTS = {
  credential: /[ ,]Credential=([^, ]+)/,
  signedHeaders: /[ ,]SignedHeaders=([^, ]+)/,
  signature: /[ ,]Signature=([^, ]+)/,
};

function inHeader(authorization: string, headers: ReadonlyMap<string, string>) {
  const part = (form: RegExp) => form.exec(authorization)?.[1] ?? '';
  const isOurs = authorization.startsWith('AWS4-HMAC-SHA256 ');
  return {
    credential: isOurs ? part(PARTS.credential) : '',
    signedHeaders: part(PARTS.signedHeaders),
    signature: part(PARTS.signature),
    date: headers.get('x-amz-date'),
  };
}

function inQuery(query: ReadonlyMap<string, string>) {
  return {
    credential: query.get('X-Amz-Credential') ?? '',
    signedHeaders: query.get('X-Amz-SignedHeaders') ?? '',
    signature: query.get('X-Amz-Signature') ?? '',
    date: query.get('X-Amz-Date'),
  };
}

/** In ms since 1970. */
export function timeOf({ date }: Proof): number {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(date) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}
