/** A request to one of the APIs, read to its end. */
export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly authorization: string | undefined;
  readonly contentType: string;
  readonly body: Buffer;
  /** Before the path. */
  readonly origin: string;
}

/** What an API does with a request. */
export interface Reaction {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON, a file, or a page that a proxy would show. */
  readonly body: object | Buffer | string;
  /** Lets the client wait for so long. */
  readonly afterMs?: number;
  /** Hangs up instead of answering. */
  readonly hangsUp?: boolean;
}

export function ok(body: Reaction['body']): Reaction {
  return { status: 200, body };
}

export const HANG_UP: Reaction = { status: 0, body: '', hangsUp: true };

/** The JSON of a body; undefined where it is none. */
export function readJson({ body }: Pick<ApiRequest, 'body'>): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
