import { isRecord, memberOf } from '../../lambda/shared/json/json-source.ts';
import { ApiError } from '../aws/json-protocol.ts';
import { scopedSigner } from './canonical.ts';
import { LOCAL_SECRET_ACCESS_KEY } from './check.ts';

export interface PostedObject {
  readonly accessKeyId: string;
  readonly key: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/**
 * Reads a form that puts an object into a bucket, if its policy is signed and allows it. Throws what S3 answers
 * to any other.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export async function readPostedObject(
  bucket: string,
  body: Buffer,
  contentType: string,
  now: () => number,
): Promise<PostedObject> {
  const form = await formOf(body, contentType);
  const field = (name: string) => {
    const value = form.get(name);
    return typeof value === 'string' ? value : '';
  };
  const policy = field('policy') || field('Policy');
  const [accessKeyId = '', ...scope] = (
    field('X-Amz-Credential') || field('x-amz-credential')
  ).split('/');
  const signature = field('X-Amz-Signature') || field('x-amz-signature');
  const isSigned = [LOCAL_SECRET_ACCESS_KEY, accessKeyId].some(
    (secret) => scopedSigner(secret, scope.join('/'))(policy) === signature,
  );
  if (policy === '' || !isSigned) throw denied('SignatureDoesNotMatch');
  const file = form.get('file');
  if (!(file instanceof Blob)) {
    throw new ApiError('InvalidArgument', 'POST requires exactly one file', undefined, 400);
  }
  const content = Buffer.from(await file.arrayBuffer());
  const key = field('key');
  check(JSON.parse(Buffer.from(policy, 'base64').toString()), content.length, { bucket, key }, now);
  return { accessKeyId, key, contentType: field('Content-Type') || file.type, content };
}

async function formOf(body: Buffer, contentType: string): Promise<FormData> {
  try {
    const headers = { 'content-type': contentType };
    return await new Response(new Uint8Array(body), { headers }).formData();
  } catch {
    const text = 'The body of your POST request is not well-formed multipart/form-data.';
    throw new ApiError('MalformedPOSTRequest', text, undefined, 400);
  }
}

function check(
  policy: unknown,
  size: number,
  named: { readonly bucket: string; readonly key: string },
  now: () => number,
): void {
  if (Date.parse(String(memberOf(policy, 'expiration'))) <= now()) {
    throw denied('Invalid according to Policy: Policy expired.');
  }
  const conditions = memberOf(policy, 'conditions');
  for (const condition of Array.isArray(conditions) ? conditions : []) {
    if (Array.isArray(condition)) checkSize(condition, size);
    else checkNames(condition, named);
  }
}

function checkSize([kind, least, most]: readonly unknown[], size: number): void {
  if (kind !== 'content-length-range') return;
  if (size > Number(most)) {
    const text = 'Your proposed upload exceeds the maximum allowed size';
    throw new ApiError('EntityTooLarge', text, undefined, 400);
  }
  if (size < Number(least)) {
    const text = 'Your proposed upload is smaller than the minimum allowed size';
    throw new ApiError('EntityTooSmall', text, undefined, 400);
  }
}

function checkNames(condition: unknown, named: object): void {
  for (const [name, value] of Object.entries(named)) {
    const wanted = isRecord(condition) ? memberOf(condition, name) : undefined;
    if (wanted !== undefined && wanted !== value) {
      throw denied('Invalid according to Policy: Policy Condition failed');
    }
  }
}

function denied(text: string): ApiError {
  return new ApiError('AccessDeniedException', text, undefined, 403);
}
