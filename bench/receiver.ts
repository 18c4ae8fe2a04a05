import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { execPath } from 'node:process';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';

const readySchema = z.object({
  live: z.url(),
  steady: z.url(),
  slow: z.url(),
  silent: z.url(),
  chatty: z.url(),
  received: z.url(),
});
const receivedSchema = z.array(z.tuple([z.string(), z.number()]));

/** Subscribers' endpoints in a process of their own. */
export interface Receiver extends AsyncDisposable {
  /** Answers 200 at once. */
  readonly liveUrl: string;
  /** Answers 200 after 100 ms. */
  readonly steadyUrl: string;
  /** Answers 200 after eight seconds. */
  readonly slowUrl: string;
  /** Never answers. */
  readonly silentUrl: string;
  /** Answers 200 with 64 KB of JSON without a space. */
  readonly chattyUrl: string;
  /** The `webhook-id`s that came to the first two since this was asked for the last time, and when, in ms since 1970. */
  readonly take: () => Promise<readonly (readonly [id: string, atMs: number])[]>;
}

export async function runReceiver(): Promise<Receiver> {
  const path = join(import.meta.dirname, 'programs', 'receiver.ts');
  const child = spawn(execPath, [path], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = await once(createInterface(child.stdout), 'line');
  const { live, steady, slow, silent, chatty, received } = readySchema.parse(JSON.parse(line));
  return {
    ...{ liveUrl: live, steadyUrl: steady, slowUrl: slow },
    ...{ silentUrl: silent, chattyUrl: chatty },
    take: async () => receivedSchema.parse(await (await fetch(received)).json()),
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}
