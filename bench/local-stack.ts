import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { env, execPath } from 'node:process';
import { createInterface } from 'node:readline';
import * as z from 'zod/mini';
import settings from '../package.json' with { type: 'json' };

const readySchema = z.object({
  url: z.string(),
  aws: z.object({ dynamodb: z.string(), sqs: z.string() }),
  whatsapp: z.string(),
  table: z.string(),
  queues: z.record(z.string(), z.string()),
});

const READY = 'ready ';

/** What webhooks to it are signed with. */
export const LOCAL_SECRETS = { meta: 'local-app-secret', wasender: 'local-wasender-secret' };

export interface RunningStack extends AsyncDisposable {
  readonly url: string;
  readonly tableEndpoint: string;
  readonly table: string;
  /** Of the WhatsApp that it plays. */
  readonly whatsappUrl: string;
  readonly sqsEndpoint: string;
  /** Of the queue of wakes. */
  readonly outboxUrl: string;
  /** CPU that it has used up to now, in ms, by the ticks of Linux; undefined elsewhere. */
  readonly cpuMs: () => number | undefined;
}

/** Linux tells a process's time in hundredths of a second, whatever its own clock does. */
const TICK_MS = 10;

/** What `npm start` runs, in a process of its own, on a free port. */
export async function runStack(): Promise<RunningStack> {
  const [, ...start] = settings.scripts.start.split(' ');
  const child = spawn(execPath, [...start, '--port', '0'], {
    ...{ cwd: join(import.meta.dirname, '..'), env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let fault = '';
  child.stderr.on('data', (chunk) => {
    fault += String(chunk);
  });
  const lines = createInterface(child.stdout);
  const ready = new Promise<string>((resolve, reject) => {
    lines.on('line', (line) => {
      if (line.startsWith(READY)) resolve(line.slice(READY.length));
    });
    child.on('exit', () => reject(new Error(`the local stack did not start: ${fault.trim()}`)));
  });
  const { url, aws, whatsapp, table, queues } = readySchema.parse(JSON.parse(await ready));
  return {
    ...{ url, table, tableEndpoint: aws.dynamodb, sqsEndpoint: aws.sqs, whatsappUrl: whatsapp },
    outboxUrl: queues['outbox'] ?? '',
    cpuMs: () => cpuMsOf(child.pid),
    [Symbol.asyncDispose]: async () => {
      if (child.exitCode !== null) return;
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

function cpuMsOf(pid: number | undefined): number | undefined {
  const path = `/proc/${pid}/stat`;
  if (!existsSync(path)) return undefined;
  const stat = readFileSync(path, 'utf8');
  // The name of the program, in brackets, may hold anything.
  const [user, system] = stat.slice(stat.lastIndexOf(')')).split(' ').slice(12, 14);
  return (Number(user) + Number(system)) * TICK_MS;
}
