import { gunzipSync } from 'node:zlib';
import { signedFetch } from '../../local/signature/signed-fetch.ts';
import type { LocalStack } from '../../local/stack.ts';

/** The archive's bucket in a local stack. */
export function archiveBucketOf({ buckets }: LocalStack): string {
  const name = buckets.find((bucket) => bucket.includes('archive'));
  if (name === undefined) throw new Error('the stack has no archive');
  return name;
}

/** Asks a local stack for an object of the archive. */
export function fetchArchived(stack: LocalStack, key: string, method = 'GET'): Promise<Response> {
  const path = `/${archiveBucketOf(stack)}/${key}`;
  return signedFetch({ service: 's3', url: stack.aws.s3, method, path });
}

/** What the archive holds: keys under `events/`, or under another prefix. */
export async function archivedKeys(stack: LocalStack, prefix = 'events/'): Promise<string[]> {
  const path = `/${archiveBucketOf(stack)}`;
  const query = { 'list-type': '2', prefix };
  const answer = await signedFetch({ service: 's3', url: stack.aws.s3, path, query });
  const listed = await answer.text();
  return [...listed.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
}

/** The lines of some of its objects. */
export async function archivedLines(
  stack: LocalStack,
  keys: readonly string[],
): Promise<readonly string[]> {
  const texts = await Promise.all(
    keys.map(async (key) => {
      const response = await fetchArchived(stack, key);
      return gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    }),
  );
  return texts.flatMap((text) => text.trimEnd().split('\n'));
}
