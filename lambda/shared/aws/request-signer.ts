import { createHmac, createSecretKey, hash, type KeyObject } from 'node:crypto';
import type { AwsService } from './service.ts';

/** Adds to the headers of a request, which are in lower case, those that prove who sends it. */
export type SignRequest = (
  headers: Readonly<Record<string, string>>,
  body: Buffer,
  at: Date,
) => Promise<Record<string, string>>;

const ALGORITHM = 'AWS4-HMAC-SHA256';

/**
 * Signs what is posted to the one path of a service, `/`, by Signature Version 4.
 *
 * S3 has other rules for its paths, which the SDK knows.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function requestSigner({ name, region, credentials }: AwsService): SignRequest {
  let known: { readonly id: string; readonly key: KeyObject } | undefined;

  /** That of a day: to derive it costs more than the rest. */
  function keyOf(secret: string, scope: readonly string[]): KeyObject {
    const id = `${scope.join('/')}/${secret}`;
    if (known?.id !== id) known = { id, key: derivedKey(secret, scope) };
    return known.key;
  }

  return async (headers, body, at) => {
    const { accessKeyId, secretAccessKey, sessionToken } =
      typeof credentials === 'function' ? await credentials() : credentials;
    const time = at.toISOString().replace(/[-:]|\.\d{3}/g, '');
    const scope = [time.slice(0, 8), region, name, 'aws4_request'];
    const sent = {
      ...headers,
      'x-amz-date': time,
      ...(sessionToken !== undefined && { 'x-amz-security-token': sessionToken }),
    };
    const named = Object.entries(sent).toSorted(([a], [b]) => (a < b ? -1 : 1));
    const signedHeaders = named.map(([header]) => header).join(';');
    const canonical = [
      ...['POST', '/', ''],
      ...named.map(([header, value]) => `${header}:${value}`),
      ...['', signedHeaders, hash('sha256', body)],
    ].join('\n');
    const text = [ALGORITHM, time, scope.join('/'), hash('sha256', canonical)].join('\n');
    const signature = createHmac('sha256', keyOf(secretAccessKey, scope))
      .update(text)
      .digest('hex');
    const credential = `${accessKeyId}/${scope.join('/')}`;
    return {
      ...sent,
      authorization: `${ALGORITHM} Credential=${credential}, SignedHeaders=${signedHeaders}, Signature=${signature}`,
    };
  };
}

/** As a key object: with bytes in its place Node takes five times as long for each signature. */
function derivedKey(secret: string, scope: readonly string[]): KeyObject {
  const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
  return createSecretKey(scope.reduce(hmac, Buffer.from(`AWS4${secret}`)));
}
