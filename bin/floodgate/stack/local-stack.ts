import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod/mini';

const schema = z.object({
  url: z.url(),
  aws: z.object({
    dynamodb: z.url(),
    sqs: z.url(),
    s3: z.url(),
    ssm: z.optional(z.url()),
    secretsmanager: z.optional(z.url()),
  }),
  /** The stand-in for the providers, where the release has one. */
  whatsapp: z.optional(z.url()),
  table: z.string(),
  /** URLs by short name, such as `inbox`. */
  queues: z.record(z.string(), z.url()),
  /** What the ARNs of subscribers' queues begin with. */
  subscriberQueuesArn: z.optional(z.string()),
  buckets: z.array(z.string()),
});

/** The part of the local stack's `ready` line that a command needs. */
export type LocalStack = Omit<z.output<typeof schema>, 'queues' | 'buckets'> & {
  readonly queues: Readonly<Record<string, string>>;
  readonly buckets: readonly string[];
};

/** Reads what the local stacks that run have written, the newest first. */
export function readLocalStacks(projectFolder: string): readonly LocalStack[] {
  const folder = path.join(projectFolder, '.floodgate');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^local-\d+\.json$/.test(name))
    .map((name) => path.join(folder, name))
    .toSorted((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs)
    .flatMap((file) => readLocalStack(file) ?? []);
}

function readLocalStack(file: string): LocalStack | undefined {
  try {
    return schema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    // Half written: there is no stack to speak of.
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
