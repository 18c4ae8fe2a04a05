import { gunzipSync } from 'node:zlib';
import type { LocalStack } from '../../local/stack.ts';

/** Address of the archive's bucket in a local stack. */
export function bucketOf({ aws, buckets }: LocalStack): string {
  const name = buckets.find((bucket) => bucket.includes('archive'));
  if (name === undefined) throw new Error('the stack has no archive');
  return `${aws.s3}/${name}`;
}

/** What the archive holds: keys under `events/`, or under another prefix. */
export async function archivedKeys(stack: LocalStack, prefix = 'events/'): Promise<string[]> {
  const query = new URLSearchParams({ 'list-type': '2', prefix });
  const listed = await (await fetch(`${bucketOf(stack)}?${query}`)).text();
  return [...listed.matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
}

/** The lines of some of its objects. */
export async function archivedLines(
  stack: LocalStack,
  keys: readonly string[],
): Promise<readonly string[]> {
  const texts = await Promise.all(
    keys.map(async (key) => {
      const response = await fetch(`${bucketOf(stack)}/${key}`);
      return gunzipSync(Buffer.from(await response.arrayBuffer())).toString();
    }),
  );
  return texts.flatMap((text) => text.trimEnd().split('\n'));
}
