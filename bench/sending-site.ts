import * as z from 'zod/mini';
import { outboxTable } from '../lambda/sending/outbox-table.ts';
import { wakeLane } from '../lambda/sending/sqs-wakes.ts';
import { awsJson, SQS } from '../lambda/shared/aws/json-protocol.ts';
import { sideBySide } from '../lambda/shared/queue/side-by-side.ts';
import { firstWait } from '../lambda/table/outgoing-json.ts';
import { outgoingId } from '../lambda/table/outgoing-message.ts';
import { awsService } from '../test/support/aws-service.ts';
import { anOutgoing } from '../test/support/outgoing.ts';
import { askJson } from './ask-json.ts';
import type { RunningStack } from './local-stack.ts';
import { phoneOf } from './outgoing.ts';
import { stackTable } from './stack-table.ts';

/** A local stack with channels, and the WhatsApp that it plays. */
export interface SendingSite {
  /** Asks for an answer to the n-th person. Resolves with when that was accepted, in ms since 1970. */
  readonly send: (channel: string, n: number) => Promise<number>;
  /** Lets messages of a campaign wait, and wakes their lane so many times. */
  readonly flood: (channel: string, people: People, wakes: number) => Promise<void>;
  readonly ledger: () => Promise<SiteLedger>;
}

/** As somebody asks to add it. */
export interface AddedChannel {
  readonly id: string;
  readonly accountId?: string;
  readonly messagesPerSecond?: number;
  readonly tenant?: string;
}

/** People by number, such as nothing else is sent to. */
export interface People {
  readonly first: number;
  readonly count: number;
}

export interface SiteLedger {
  /** When WhatsApp took the message to the n-th person, in ms since 1970. */
  readonly tookAt: (n: number) => number | undefined;
  /** When messages of a channel were taken, the first before. */
  readonly times: (channel: string) => readonly number[];
  /** The most messages that any second has, tried and taken. */
  readonly busiestSecond: (channel: string) => number;
  /** People who got one more than once. */
  readonly repeated: number;
}

const ledgerSchema = z.object({
  recipients: z.array(
    z.object({
      recipient: z.string(),
      messages: z.array(z.object({ at: z.string(), channel: z.string() })),
    }),
  ),
  repeated: z.array(z.unknown()),
  channels: z.array(z.object({ channel: z.string(), busiestSecondTried: z.number() })),
});
const TEMPLATE = { name: 'hello_world', language: { code: 'en_US' } };
/** More writes under way only wait for each other. */
const WRITES = 32;
const EXPIRES_SECONDS = 86_400;
/** Wakes within a quarter of a second are one. */
const WAKE_MS = 250;

/** Adds channels to a stack. Statuses are not told: they would be most of what the machine has to do. */
export async function sendingSite(
  stack: RunningStack,
  channels: readonly AddedChannel[],
): Promise<SendingSite> {
  const { url, whatsappUrl } = stack;
  for (const channel of channels) {
    await askJson('POST', `${url}/v1/channels`, { provider: 'meta', ...channel });
  }
  await askJson('PATCH', `${whatsappUrl}/stand-in/rules`, { statuses: { silentShare: 1 } });
  return {
    send: async (channel, n) => {
      const wish = { to: `+${phoneOf(n)}`, type: 'template', template: TEMPLATE };
      const body = { ...wish, category: 'utility' };
      const key = { 'idempotency-key': `n${n}` };
      await askJson('POST', `${url}/v1/channels/${channel}/messages`, body, key);
      return Date.now();
    },
    flood: floodOf(stack),
    ledger: async () => {
      const answer = await askJson('GET', `${whatsappUrl}/stand-in/ledger`);
      return toLedger(ledgerSchema.parse(answer));
    },
  };
}

/** Writes what waits as the function does that takes messages, so that it all waits at once. */
function floodOf(stack: RunningStack): SendingSite['flood'] {
  const { table: tableName, sqsEndpoint, outboxUrl } = stack;
  const expiresAt = () => Math.floor(Date.now() / 1000) + EXPIRES_SECONDS;
  const outbox = outboxTable(stackTable(stack), { tableName, expiresAt });
  const sqs = awsJson(awsService('sqs', sqsEndpoint), SQS, { attempts: 1, timeoutMs: 10_000 });
  const { signal } = new AbortController();
  return async (channel, { first, count }, wakes) => {
    const lane = { channel, lane: 0 };
    const createdAt = Date.now();
    const people = Array.from({ length: count }, (_, n) => first + n);
    await sideBySide(people, WRITES, async (n) => {
      const to = { kind: 'phone', name: phoneOf(n) } as const;
      const message = anOutgoing({
        ...{ channel, to, id: outgoingId(channel, to, `n${n}`) },
        ...{ class: 'campaign', category: 'utility' },
        body: JSON.stringify({ type: 'template', template: TEMPLATE }),
        ...{ createdAt, notAfter: createdAt + 1000 * EXPIRES_SECONDS },
      });
      await outbox.putContent(message, '', signal);
      await outbox.putWaiting(lane, { ...firstWait(message), dueAt: createdAt }, signal);
    });
    for (let n = 0; n < wakes; n += 1) {
      await wakeLane(sqs, outboxUrl, () => createdAt + n * WAKE_MS)(lane, signal);
    }
  };
}

function toLedger(ledger: z.output<typeof ledgerSchema>): SiteLedger {
  const { recipients, repeated, channels } = ledger;
  const messages = recipients.flatMap((one) =>
    one.messages.map(({ at, channel }) => ({ ...one, channel, at: Date.parse(at) })),
  );
  const tookAt = new Map(messages.toReversed().map(({ recipient, at }) => [recipient, at]));
  const busiest = new Map(channels.map((one) => [one.channel, one.busiestSecondTried]));
  return {
    repeated: repeated.length,
    tookAt: (n) => tookAt.get(phoneOf(n)),
    times: (channel) =>
      messages
        .filter((one) => one.channel === channel)
        .map(({ at }) => at)
        .toSorted((one, other) => one - other),
    busiestSecond: (channel) => busiest.get(channel) ?? 0,
  };
}
