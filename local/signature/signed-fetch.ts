import { createHash } from 'node:crypto';
import { escapeUriPath } from '@smithy/core/protocols';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import { Sha256 } from '../../lambda/shared/aws/sha256.ts';
import { REGION } from '../account.ts';
import { LOCAL_SECRET_ACCESS_KEY } from './check.ts';

export interface SignedCall {
  /** As requests are signed for it, such as `s3`. */
  readonly service: string;
  /** Where the service is. */
  readonly url: string;
  /** @default `GET` */
  readonly method?: string;
  /** Not escaped yet. @default / */
  readonly path?: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
  /** Who calls; a function by its name. @default local */
  readonly accessKeyId?: string;
  /** @default the machine's, in ms since 1970 */
  readonly at?: number;
}

/** Calls a service of the local stack, as the SDK would, where a client would be much for one call. */
export async function signedFetch(call: SignedCall): Promise<Response> {
  const { service, url, method = 'GET', path = '/', query = {}, headers = {}, body = '' } = call;
  const { protocol, hostname, host, port } = new URL(url);
  const signer = new SignatureV4({
    ...{ service, region: REGION, sha256: Sha256, uriEscapePath: false },
    credentials: {
      accessKeyId: call.accessKeyId ?? 'local',
      secretAccessKey: LOCAL_SECRET_ACCESS_KEY,
    },
  });
  const request = new HttpRequest({
    ...{ method, protocol, hostname, port: Number(port), path: escapeUriPath(path), query, body },
    headers: {
      ...headers,
      host,
      'x-amz-content-sha256': createHash('sha256').update(body).digest('hex'),
    },
  });
  const signed = await signer.sign(request, { signingDate: new Date(call.at ?? Date.now()) });
  const search = Object.keys(query).length === 0 ? '' : `?${new URLSearchParams(query)}`;
  const { host: _, ...sent } = signed.headers;
  return fetch(`${url}${request.path}${search}`, {
    ...{ method, headers: sent },
    ...(method !== 'GET' && method !== 'HEAD' && { body }),
  });
}
