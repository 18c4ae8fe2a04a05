import * as z from 'zod/mini';
import type { Channel } from '../lambda/channels/channel.ts';
import { channelWriter } from '../lambda/channels/channel-table.ts';
import { MESSAGE_ROUTES } from '../lambda/sending/messages/routes.ts';
import type { CallAws } from '../lambda/shared/aws/json-protocol.ts';
import { eventTable } from '../lambda/table/event-table.ts';
import { aChannel } from '../test/support/channels.ts';
import { aMessage, metaWebhook, splitMeta } from '../test/support/webhooks.ts';
import type { AwsCall } from './aws-stub.ts';
import { queueEvents } from './queue-messages.ts';

/** What somebody asks to be sent, without to whom. */
export interface Wish {
  readonly type: string;
  readonly class: 'reply' | 'campaign';
  readonly category?: string;
}

const TEXT_BYTES = 700;
const TEMPLATE_BYTES = 1500;

/** An answer to somebody who just wrote. */
export const TEXT = {
  ...{ type: 'text', class: 'reply' },
  text: { body: 'x'.repeat(TEXT_BYTES) },
} as const satisfies Wish & { readonly text: object };

/** One of a campaign, whose JSON is as long as that of one with an image, a text and buttons. */
export const TEMPLATE = {
  ...{ type: 'template', class: 'campaign', category: 'utility' },
  template: aTemplate(),
} as const satisfies Wish & { readonly template: object };

function aTemplate(): object {
  const of = (text: string) => ({
    ...{ name: 'order_update', language: { code: 'en_US' } },
    components: [{ type: 'body', parameters: [{ type: 'text', text }] }],
  });
  const length = JSON.stringify({ type: 'template', template: of('') }).length;
  return of('x'.repeat(TEMPLATE_BYTES - length));
}

/** A number that sends as fast as most do. */
export const SENDING: Channel = aChannel();

/** In Mexico, and none of those that fail by a rule of the stand-in. */
export function phoneOf(n: number): string {
  return `52155${String(n).padStart(6, '0')}37`;
}

/** The requests to send a wish to so many people, as the HTTP API hands them over. */
export function sendEvents(wish: Wish, people: number): readonly object[] {
  return Array.from({ length: people }, (_, n) => ({
    routeKey: MESSAGE_ROUTES.send,
    pathParameters: { channel: SENDING.id },
    headers: { 'content-type': 'application/json', 'idempotency-key': `order-${n}` },
    requestContext: {},
    body: JSON.stringify({ to: `+${phoneOf(n)}`, ...wish }),
    isBase64Encoded: false,
  }));
}

const putSchema = z.object({ Item: z.looseObject({}) });

/** The rows that calls put. */
export function rowsPut(calls: readonly Pick<AwsCall, 'action' | 'body'>[]): readonly object[] {
  return calls
    .filter(({ action }) => action === 'PutItem')
    .map(({ body }) => putSchema.parse(JSON.parse(body)).Item);
}

/** The rows that a request to send finds: its channel, and what each of so many people wrote just now. */
export async function rowsBefore(people: number): Promise<readonly object[]> {
  const calls: { action: string; body: string }[] = [];
  const table: CallAws = async (action, input) => {
    calls.push({ action, body: JSON.stringify(input) });
    return {};
  };
  const { signal } = new AbortController();
  const options = { tableName: 'events', retentionDays: 30, now: Date.now };
  await channelWriter(table, options.tableName).add(SENDING, signal);
  const store = eventTable(table, options);
  const timestamp = String(Math.floor(Date.now() / 1000));
  for (let n = 0; n < people; n += 1) {
    const written = { from: phoneOf(n), from_user_id: undefined, id: `wamid.${n}`, timestamp };
    const webhook = metaWebhook({ messages: [aMessage(written)] });
    for (const event of splitMeta(webhook, Date.now())) await store(event, String(n), signal);
  }
  return rowsPut(calls);
}

const wakeSchema = z.object({
  MessageBody: z.string(),
  MessageGroupId: z.string(),
  MessageDeduplicationId: z.string(),
});

/** The first wake among the calls, as Lambda hands it to the sender. */
export function wakeEvent(calls: readonly Pick<AwsCall, 'action' | 'body'>[]): object {
  const entries = wakesOf(calls).map((wake) => ({ Id: '0', ...wake }));
  const [event] = queueEvents(entries, 1, 'outbox.fifo');
  if (event === undefined) throw new Error('no wake');
  return event;
}

/** As many wakes as the queue keeps of the calls, by their deduplication ids. */
export function wakesIn(calls: readonly Pick<AwsCall, 'action' | 'body'>[]): number {
  return new Set(wakesOf(calls).map((wake) => wake.MessageDeduplicationId)).size;
}

function wakesOf(calls: readonly Pick<AwsCall, 'action' | 'body'>[]) {
  return calls
    .filter(({ action }) => action === 'SendMessage')
    .map(({ body }) => wakeSchema.parse(JSON.parse(body)));
}
