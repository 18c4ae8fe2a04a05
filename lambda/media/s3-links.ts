import { escapeUri, escapeUriPath } from '@smithy/core/protocols';
import { HttpRequest } from '@smithy/core/transport';
import { SignatureV4 } from '@smithy/signature-v4';
import type { AwsService } from '../shared/aws/service.ts';
import { Sha256 } from '../shared/aws/sha256.ts';

/** Makes a URL with which anybody can read an object until then, as long as the function's credentials live. */
export type PresignMedia = (file: PresignedFile, expirySeconds: number) => Promise<string>;

interface PresignedFile {
  readonly key: string;
  readonly mimeType: string;
}

/** @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html */
export function s3MediaPresigner(
  bucket: string,
  { region, url, credentials }: AwsService,
  now: () => number,
): PresignMedia {
  const signer = new SignatureV4({
    ...{ service: 's3', region, credentials, sha256: Sha256, uriEscapePath: false },
  });
  const { protocol, host, hostname, port } = new URL(url);
  return async ({ key, mimeType }, expiresIn) => {
    // The signer takes a path as it is, S3 signs what each of its characters is escaped to.
    const path = `/${bucket}/${escapeUriPath(key)}`;
    const request = new HttpRequest({
      ...{ method: 'GET', protocol, hostname, path },
      ...(port !== '' && { port: Number(port) }),
      headers: { host, 'x-amz-content-sha256': 'UNSIGNED-PAYLOAD' },
      query: {
        // Whatever a stranger sent is saved, never shown as a page of this host.
        'response-content-disposition': 'attachment',
        'response-content-type': mimeType,
      },
    });
    const signed = await signer.presign(request, { expiresIn, signingDate: new Date(now()) });
    const query = Object.entries(signed.query ?? {}).map(
      ([name, value]) => `${escapeUri(name)}=${escapeUri(String(value))}`,
    );
    return `${url}${path}?${query.join('&')}`;
  };
}
