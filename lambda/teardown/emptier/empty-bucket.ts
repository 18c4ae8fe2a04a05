import type { Bucket } from './s3-bucket.ts';

/** On a bucket that is emptied when its stack goes. One without it keeps what it has. */
export const EMPTIED_TAG = 'floodgate:emptied-with-stack';

/**
 * Removes all objects of a bucket that is marked as one to go with its stack. Returns how many.
 *
 * The mark is looked for as the bucket is now: a stack that protects its data from this deployment on
 * gives up what empties its buckets, and that looks like the end of the stack.
 */
export async function emptyBucket(bucket: Bucket, signal: AbortSignal): Promise<number> {
  if ((await bucket.tag(EMPTIED_TAG, signal)) !== 'true') return 0;
  let removed = 0;
  for (;;) {
    const keys = await bucket.someKeys(signal);
    if (keys.length === 0) return removed;
    await bucket.remove(keys, signal);
    removed += keys.length;
  }
}
