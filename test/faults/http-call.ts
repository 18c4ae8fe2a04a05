export interface HttpCall {
  readonly method: string;
  readonly hostname: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string | readonly string[] | null>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
}

export interface HttpAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
  /** Whether the connection ends in the middle of the body. @default false */
  readonly isCut?: boolean;
  /** How long whoever answers takes. @default 0 */
  readonly afterMs?: number;
  /** What lies between the kilobytes of the body. @default 0 */
  readonly dripMs?: number;
}

const utf8 = new TextDecoder();

/** What was sent, as text. */
export function textOf({ body }: Pick<HttpCall, 'body'>): string {
  return typeof body === 'string' ? body : utf8.decode(body);
}

/** The operation of AWS's that a call asks for. */
export function actionOf({ headers }: HttpCall): string {
  return (headers['x-amz-target'] ?? '').replace(/^.*\./, '');
}

export function inputOf(call: HttpCall) {
  return JSON.parse(textOf(call));
}
