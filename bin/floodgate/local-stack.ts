import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';

const schema = z.object({
  url: z.url(),
  aws: z.object({ dynamodb: z.url() }),
  table: z.string(),
});

/** The part of the local stack's `ready` line that a command needs. */
export type LocalStack = z.output<typeof schema>;

/** Reads what the local stack wrote when it was last ready; undefined where it never was. */
export function readLocalStack(projectFolder: string): LocalStack | undefined {
  try {
    const text = readFileSync(path.join(projectFolder, '.floodgate', 'local.json'), 'utf8');
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    // No file, or one half written: there is no stack to speak of.
    return undefined;
  }
}

const LOOPBACK_NAMES = ['127.0.0.1', 'localhost', '[::1]'];

export function isLoopback(url: string): boolean {
  return LOOPBACK_NAMES.includes(new URL(url).hostname);
}

/** Whether two addresses lead to the same port of this machine. */
export function isSameLoopback(one: string, other: string): boolean {
  return isLoopback(one) && isLoopback(other) && new URL(one).port === new URL(other).port;
}
