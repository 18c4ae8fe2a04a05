import type { IncomingMessage } from 'node:http';
import https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteItemCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import * as z from 'zod/mini';
import { alternate, roundsInput } from './alternate.ts';
import { credentials } from './credentials.ts';
import { readInput, report } from './report.ts';
import { type BatchHandler, deleteInput, putInput, updateInput } from './table-calls.ts';

const input = z
  .object({
    bundle: z.string(),
    wake: z.looseObject({}),
    /** What the sender makes of what waits, message by message. */
    messages: z.array(
      z.object({
        claim: putInput,
        post: z.object({ url: z.string(), token: z.string(), body: z.string() }),
        record: updateInput,
        pointer: putInput,
        removal: deleteInput,
      }),
    ),
    intervalMs: z.number(),
    rounds: roundsInput,
  })
  .parse(readInput());

const { handler }: { handler: BatchHandler } = await import(input.bundle);
const client = new DynamoDBClient({ credentials });
const agent = new https.Agent({ keepAlive: true });
const context = { getRemainingTimeInMillis: () => 45_000 };

/** A slice of the lane, in which all that waits goes out. */
async function sendAll(): Promise<void> {
  const { batchItemFailures } = await handler(input.wake, context);
  if (batchItemFailures.length > 0) throw new Error('a slice was not done with');
}

/** The same requests without any thought, at the same pace. */
async function sendBare(): Promise<void> {
  const sent: Promise<void>[] = [];
  for (const message of input.messages) {
    await sleep(input.intervalMs);
    sent.push(bareSend(message));
  }
  await Promise.all(sent);
}

async function bareSend(message: (typeof input.messages)[number]): Promise<void> {
  const { claim, post, record, pointer, removal } = message;
  await client.send(new PutItemCommand(claim));
  JSON.parse(await barePost(post));
  await Promise.all([
    client.send(new UpdateItemCommand(record)),
    client.send(new PutItemCommand(pointer)),
  ]);
  await client.send(new DeleteItemCommand(removal));
}

function barePost({ url, token, body }: { url: string; token: string; body: string }) {
  return new Promise<string>((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const request = https.request(url, { method: 'POST', agent, headers }, (response) => {
      textOf(response).then(resolve, reject);
    });
    request.on('error', reject).end(body);
  });
}

async function textOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}

/** How late timers are while a lane works, in ms. */
async function latenessOf(work: Promise<void>): Promise<readonly number[]> {
  const lateness: number[] = [];
  let isOver = false;
  const over = work.finally(() => {
    isOver = true;
  });
  const waitMs = Math.floor(input.intervalMs);
  while (!isOver) {
    const start = performance.now();
    await sleep(waitMs);
    lateness.push(Math.max(0, performance.now() - start - waitMs));
  }
  await over;
  return lateness;
}

const rounds = await alternate(sendAll, sendBare, input.rounds);
const latenessMs: number[] = [];
for (let n = 0; n < input.rounds.rounds; n += 1) latenessMs.push(...(await latenessOf(sendAll())));
report({ rounds, latenessMs });
