import { styleText } from 'node:util';
import type {
  SecretAnswer,
  SubscriberAnswer,
  SubscribersAnswer,
} from '../../../lambda/delivery/subscribers/schemas.ts';
import { reasonOf } from '../deliveries/draw.ts';
import { drawColumns, span } from '../terminal/columns.ts';
import type { TestResult } from './test-endpoint.ts';

type Stream = NodeJS.WritableStream;

const COLOURS = { active: 'green', paused: 'yellow', failing: 'red', disabled: 'red' } as const;

const HEADINGS = ['NAME', 'STATE', 'WAITING', 'SINCE', 'TO', 'WANTS', 'FORMAT', 'ID'];

export function drawSubscribers(
  { subscribers, unreadable }: SubscribersAnswer,
  stream: Stream,
): string {
  const others = unreadable.map(
    (id) =>
      `${styleText('red', 'unreadable', { stream })} ${id}: another release wrote it; its events wait\n`,
  );
  return `${drawReadable(subscribers, stream, others.length > 0)}${others.join('')}`;
}

function drawReadable(
  subscribers: readonly SubscriberAnswer[],
  stream: Stream,
  areOthers: boolean,
): string {
  if (subscribers.length === 0) {
    if (areOthers) return '';
    return 'There are no subscribers: npx floodgate subscriber add --name NAME --url URL\n';
  }
  const rows = subscribers.map((one) => [
    one.name,
    drawState(one, stream),
    String(one.waiting ?? '?'),
    sinceOf(one),
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
  failing:
    'failing: its endpoint answers nobody; it is tried every minute, and events wait in order',
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
    ['waiting', waitingOf(one)],
    ['to', addressOf(one)],
    ['wants', wantsOf(one)],
    ['format', one.format],
    ['order', one.isOrdered ? 'each contact in order' : 'side by side'],
    ['limits', limits.length === 0 ? 'none' : `${limits.join(', ')} at most`],
    ['tries', triesOf(one)],
    ['created', one.createdAt],
    ['updated', one.updatedAt],
  ];
  return facts
    .map(([name = '', fact]) => `${styleText('dim', name.padEnd(9), { stream })}${fact}\n`)
    .join('');
}

/** What to know of its endpoint, a fact more. */
export function drawNotes(notes: readonly string[], stream: Stream): string {
  return notes.map((note) => `${styleText('yellow', 'note', { stream })}     ${note}\n`).join('');
}

function sinceOf({ waitingSince }: SubscriberAnswer): string {
  return waitingSince === null ? '' : `${span(Date.now() - Date.parse(waitingSince))} ago`;
}

function waitingOf({ waiting, waitingSince }: SubscriberAnswer): string {
  const count = waiting === null ? 'its queue does not say how many' : `about ${waiting}`;
  return waitingSince === null ? count : `${count}, since ${waitingSince}`;
}

function triesOf({ retryHours, refusalIsFinal }: SubscriberAnswer): string {
  const hours = `for ${retryHours} h`;
  return refusalIsFinal ? `${hours}; what is answered 4xx once` : hours;
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
