import { styleText } from 'node:util';
import type { SecretAnswer, SubscriberAnswer } from '../../../lambda/subscribers/schemas.ts';
import { drawColumns } from '../columns.ts';
import { reasonOf } from '../deliveries/deliveries.ts';
import type { TestResult } from './test-endpoint.ts';

type Stream = NodeJS.WritableStream;

const COLOURS = { active: 'green', paused: 'yellow', failing: 'red', disabled: 'red' } as const;

const HEADINGS = ['NAME', 'STATE', 'TO', 'WANTS', 'FORMAT', 'ID'];

export function drawSubscribers(subscribers: readonly SubscriberAnswer[], stream: Stream): string {
  if (subscribers.length === 0) {
    return 'There are no subscribers: npx floodgate subscriber add --name NAME --url URL\n';
  }
  const rows = subscribers.map((one) => [
    one.name,
    drawState(one, stream),
    addressOf(one),
    wantsOf(one),
    one.format,
    one.id,
  ]);
  return `${drawColumns(HEADINGS, rows, stream).join('\n')}\n`;
}

const STATES: Readonly<Record<SubscriberAnswer['state'], string>> = {
  active: 'active',
  paused: 'paused: events wait, until it is resumed',
  failing: 'failing: its endpoint does not take events, they wait in order until it does',
  disabled: 'disabled: its endpoint answered 410 (gone); resume it when it is back',
};

/** One subscriber, a fact a line. */
export function drawSubscriber(one: SubscriberAnswer, stream: Stream): string {
  const limits = [
    ...(one.ratePerSecond === null ? [] : [`${one.ratePerSecond} a second`]),
    ...(one.concurrency === null ? [] : [`${one.concurrency} at once`]),
  ];
  const facts = [
    ['name', one.name],
    ['id', one.id],
    ['tenant', one.tenant],
    ['state', styleText(COLOURS[one.state], STATES[one.state], { stream })],
    ['to', addressOf(one)],
    ['wants', wantsOf(one)],
    ['format', one.format],
    ['order', one.isOrdered ? 'each contact in order' : 'side by side'],
    ['limits', limits.length === 0 ? 'none' : `${limits.join(', ')} at most`],
    ['created', one.createdAt],
    ['updated', one.updatedAt],
  ];
  return facts
    .map(([name = '', fact]) => `${styleText('dim', name.padEnd(9), { stream })}${fact}\n`)
    .join('');
}

/** The secret, and what to do with it. */
export function drawSecret(
  { secret, previous }: SecretAnswer,
  { format }: Pick<SubscriberAnswer, 'format'>,
  stream: Stream,
): string {
  const before = previous === null ? [] : [`The one before is valid until ${previous.validUntil}.`];
  const lines = [
    `Signing secret: ${styleText('bold', secret, { stream })}`,
    ...(format === 'standard' ? STANDARD_USE : PROVIDER_USE),
    ...before,
  ];
  return `${lines.join('\n')}\n`;
}

const STANDARD_USE = [
  'Give it to a library of Standard Webhooks (standardwebhooks.com), which verifies each request by the',
  'headers webhook-id, webhook-timestamp and webhook-signature. Drop a webhook-id that you have had.',
];

const PROVIDER_USE = [
  "Put it where your software has Meta's app secret (X-Hub-Signature-256), or the webhook secret of",
  'WasenderApi (X-Webhook-Signature).',
];

/** What became of a test event. */
export function drawTest(
  one: SubscriberAnswer,
  { outcome, webhookId }: TestResult,
  stream: Stream,
): string {
  const paint = (style: 'green' | 'red', text: string) => styleText(style, text, { stream });
  const to = addressOf(one);
  if (outcome === undefined) {
    const why =
      one.state === 'active' ? 'nothing is known of it yet' : `${one.name} is ${one.state}`;
    const look = `npx floodgate deliveries --subscriber ${one.id}`;
    return `${paint('red', `Not delivered to ${to}: ${why}.`)}\nIt is on its way all the same: ${look}\n`;
  }
  const took = `${Math.round(outcome.latencyMs)} ms`;
  return outcome.outcome === 'delivered'
    ? `${paint('green', `Delivered to ${to} in ${took}.`)} webhook-id ${webhookId}\n`
    : `${paint('red', `Not delivered to ${to}: ${reasonOf(outcome)} after ${took}.`)}\n${hintFor(outcome)}`;
}

/** What is to do where a queue's owner has to. */
const HINTS = new Map([
  ['AccessDenied', 'The stage has to name the queue in subscriberQueueArns'],
  ['KmsAccessDenied', 'The stage has to name the key of the queue in subscriberQueueKeyArns'],
]);

function hintFor({ fault }: { readonly fault: string | null }): string {
  const hint = HINTS.get(fault ?? '');
  return hint === undefined ? '' : `${hint}: docs/deploying.md#queues-of-your-own\n`;
}

function drawState({ state }: SubscriberAnswer, stream: Stream): string {
  return styleText(COLOURS[state], state, { stream });
}

function addressOf({ endpoint }: SubscriberAnswer): string {
  return endpoint.kind === 'https' ? endpoint.url : endpoint.queueUrl;
}

function wantsOf({ filter }: SubscriberAnswer): string {
  const { mediaEvents = true, ...lists } = filter;
  const wants = Object.entries(lists).map(([name, words]) => `${name} ${words?.join(', ')}`);
  if (wants.length === 0) wants.push('everything');
  return [...wants, ...(mediaEvents ? [] : ['no media events'])].join('; ');
}
