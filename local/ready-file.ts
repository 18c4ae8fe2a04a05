import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalStack } from './stack.ts';

/** Where a command in another terminal finds the stacks that run, a file a port. */
const FOLDER = join(import.meta.dirname, '..', '.floodgate');

/** What a stack says of itself when it is ready. */
export function readyOf(stack: LocalStack) {
  const { url, aws, whatsapp, table, queues, subscriberQueuesArn, buckets } = stack;
  return { url, aws, whatsapp: whatsapp.url, table, queues, subscriberQueuesArn, buckets };
}

/** Leaves the JSON of a stack's `ready` line where it can be found, until it is to be forgotten. */
export async function rememberReady(
  url: string,
  ready: string,
): Promise<{ forget: () => Promise<void> }> {
  const file = join(FOLDER, `local-${new URL(url).port}.json`);
  await mkdir(FOLDER, { recursive: true });
  await writeFile(file, ready);
  return { forget: () => rm(file, { force: true }) };
}
