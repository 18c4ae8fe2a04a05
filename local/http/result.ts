import * as z from 'zod/mini';

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  /** Text where it can be: Node.js sends that with the headers at once. */
  readonly body: string | Buffer;
}

const structured = z.object({
  statusCode: z.coerce.number().check(z.int(), z.minimum(100), z.maximum(599)),
  headers: z.optional(z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))),
  body: z.optional(z.string()),
  isBase64Encoded: z.optional(z.boolean()),
  cookies: z.optional(z.array(z.string())),
});

/** What an HTTP API answers by itself. */
export function plainAnswer(status: number, message: string): HttpAnswer {
  return json(status, { message });
}

/** What an HTTP API makes of a function's result: with a status code an answer, else a body. */
export function toAnswer(result: unknown): HttpAnswer {
  const isStructured = typeof result === 'object' && result !== null && 'statusCode' in result;
  if (!isStructured) {
    return typeof result === 'string' ? answer(200, JSON_TYPE, result) : json(200, result);
  }
  const { success, data } = structured.safeParse(result);
  if (!success) return plainAnswer(500, 'Internal Server Error');
  const headers: Record<string, string | string[]> = { 'content-type': 'text/plain;charset=UTF-8' };
  for (const [name, value] of Object.entries(data.headers ?? {})) {
    headers[name.toLowerCase()] = String(value);
  }
  if (data.cookies !== undefined) headers['set-cookie'] = data.cookies;
  return answer(data.statusCode, headers, data.body ?? '', data.isBase64Encoded === true);
}

const JSON_TYPE = { 'content-type': 'application/json' };

function json(status: number, value: unknown): HttpAnswer {
  return answer(status, JSON_TYPE, JSON.stringify(value ?? null));
}

function answer(
  status: number,
  headers: HttpAnswer['headers'],
  text: string,
  isBase64 = false,
): HttpAnswer {
  const body = isBase64 ? Buffer.from(text, 'base64') : text;
  const length = Buffer.byteLength(body);
  return { status, headers: { ...headers, 'content-length': String(length) }, body };
}
