import {
  canonicalRequest,
  headersOf,
  queryOf,
  scopedSigner,
  sha256,
  type WireRequest,
} from './canonical.ts';
import { areSigned, readChunks } from './chunks.ts';
import { type Proof, proofOf, timeOf } from './proof.ts';

/** With any access key id; the id itself does too, as in `test` and `test`. */
export const LOCAL_SECRET_ACCESS_KEY = 'local';

export type Fault =
  | 'unsigned'
  | 'malformed'
  | 'other-service'
  | 'mismatch'
  | 'skewed'
  | 'expired'
  | 'header-not-signed'
  | 'hash-missing'
  | 'hash-mismatch';

export type SignatureCheck =
  | {
      readonly ok: true;
      readonly accessKeyId: string;
      /** What is stored: the body, without the frames of its chunks. */
      readonly content: Buffer;
    }
  | { readonly ok: false; readonly fault: Fault };

export interface CheckOptions {
  /** As requests are signed for it, such as `sqs`. */
  readonly service: string;
  /** The stack's time in ms since 1970, which may be ahead of the machine's. */
  readonly now: () => number;
}

const MINUTE_MS = 60_000;
const SKEW_MS = 15 * MINUTE_MS;
const WEEK_SECONDS = 7 * 24 * 3600;

/** Verifies Signature Version 4 as AWS does, from what came over the wire. */
export function checkSignature(
  request: WireRequest,
  body: Buffer,
  { service, now }: CheckOptions,
): SignatureCheck {
  const proof = proofOf(request);
  if (proof === 'none') return failed('unsigned');
  if (proof === 'malformed') return failed('malformed');
  const isS3 = service === 's3';
  const fault =
    scopeFault(proof, service) ?? timeFault(proof, now) ?? headerFault(request, proof, isS3);
  if (fault !== undefined) return failed(fault);
  const payloadHash = payloadHashOf(request, proof, body, isS3);
  if (payloadHash === undefined) return failed('hash-missing');
  const canonical = canonicalRequest(request, {
    ...{ isS3, payloadHash },
    signedHeaders: proof.signedHeaders,
  });
  const text = ['AWS4-HMAC-SHA256', proof.date, proof.scope, sha256(canonical)].join('\n');
  const sign = [LOCAL_SECRET_ACCESS_KEY, proof.accessKeyId]
    .values()
    .map((secret) => scopedSigner(secret, proof.scope))
    .find((signWith) => signWith(text) === proof.signature);
  if (sign === undefined) return failed('mismatch');
  // Of the others it was made from the body that came.
  return isS3
    ? contentOf(proof, payloadHash, body, sign)
    : { ok: true, accessKeyId: proof.accessKeyId, content: body };
}

function failed(fault: Fault): SignatureCheck {
  return { ok: false, fault };
}

function scopeFault({ scope, date }: Proof, expected: string): Fault | undefined {
  const [day, , service, end] = scope.split('/');
  const isRight = service === expected && end === 'aws4_request' && date.startsWith(day ?? ' ');
  return isRight ? undefined : 'other-service';
}

/** Between the machine's clock, which the caller has, and the stack's, which functions have. */
function timeFault(proof: Proof, now: () => number): Fault | undefined {
  const at = timeOf(proof);
  if (proof.expires !== undefined) {
    if (!(proof.expires >= 0 && proof.expires <= WEEK_SECONDS)) return 'malformed';
    return now() > at + proof.expires * 1000 ? 'expired' : undefined;
  }
  return at < Date.now() - SKEW_MS || at > now() + SKEW_MS ? 'skewed' : undefined;
}

/** Who could add a header of AWS's on the way could make another request of it. */
function headerFault(
  request: WireRequest,
  { signedHeaders }: Proof,
  isS3: boolean,
): Fault | undefined {
  const signed = new Set(signedHeaders);
  const mustBe = [...headersOf(request).keys()].filter(
    (name) => name === 'host' || (isS3 && name.startsWith('x-amz-')),
  );
  return mustBe.every((name) => signed.has(name)) ? undefined : 'header-not-signed';
}

/** What stands for the body in what is signed; undefined where S3 wants to be told and is not. */
function payloadHashOf(
  request: WireRequest,
  { expires }: Proof,
  body: Buffer,
  isS3: boolean,
): string | undefined {
  if (!isS3) return sha256(body);
  const named =
    headersOf(request).get('x-amz-content-sha256') ??
    new Map(queryOf(request)).get('X-Amz-Content-Sha256');
  return named ?? (expires === undefined ? undefined : 'UNSIGNED-PAYLOAD');
}

function contentOf(
  { accessKeyId, date, scope, signature: seed }: Proof,
  payloadHash: string,
  body: Buffer,
  sign: (text: string) => string,
): SignatureCheck {
  if (payloadHash.startsWith('STREAMING-')) {
    const chunked = readChunks(body);
    const isSigned = payloadHash.startsWith('STREAMING-AWS4-HMAC-SHA256-PAYLOAD');
    if (chunked === undefined) return failed('malformed');
    if (isSigned && !areSigned(chunked, { sign, date, scope, seed })) return failed('mismatch');
    return { ok: true, accessKeyId, content: chunked.content };
  }
  if (payloadHash !== 'UNSIGNED-PAYLOAD' && payloadHash !== sha256(body)) {
    return failed('hash-mismatch');
  }
  return { ok: true, accessKeyId, content: body };
}
