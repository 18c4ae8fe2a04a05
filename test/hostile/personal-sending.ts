import { expect } from 'vitest';
import * as z from 'zod/mini';
import { writeCheckWake } from '../../lambda/sending/wake.ts';
import { LOCAL_TOKENS } from '../../local/aws/secret-values.ts';
import { PERSON } from './personal-webhooks.ts';
import { denied, passTime, refusesUntil, says, type WatchedStack } from './watched-stack.ts';

const CHANNEL = '900000000000100';
const TEXT = 'Las orquídeas salen mañana hacia Calle Roble 58';
const KEY = 'pedido-de-wilhelmina-nunoa';

/** By their last digits the stand-in for WhatsApp answers. */
const PHONES = {
  reached: '5219985550222',
  answerLost: '5219985550200',
  requestLost: '5219985550201',
  undeliverable: '5219985550213',
  refused: '5219985550224',
  throttled: '5219985550225',
  tokenRefused: '5219985550226',
  silent: '5219985550227',
};

const wrote = z.object({
  id: z.string(),
  person: z.object({ userId: z.string(), name: z.string(), username: z.nullable(z.string()) }),
});

const patience = { timeout: 30_000 };

/** Sends messages to people, through each way in which a message can end. */
export async function sendPersonally(watched: WatchedStack): Promise<void> {
  for (const one of [...Object.values(PHONES), TEXT, KEY, LOCAL_TOKENS.meta]) {
    watched.secret.add(one);
  }
  const channels = `${watched.stack.url}/v1/channels`;
  expect(await post(channels, { id: CHANNEL, provider: 'meta' })).toMatchObject({ status: 201 });
  const finding = { check: 'quality', ok: false, found: 'RED', mend: 'write less' };
  const check = { findings: [finding] };
  expect(await post(`${channels}/${CHANNEL}/check`, check)).toMatchObject({ status: 200 });
  const { silent: _, ...writers } = PHONES;
  for (const phone of Object.values(writers)) await write(watched, phone);
  await watched.settle();

  await sendWhileTokensAreAway(watched);
  await loseAnswers(watched);
  await refuse(watched);
  await endWhilePaused(watched);
}

/** A line of sending's says which channel it is about, and a channel is no person. */
export function withoutChannel(line: string): string {
  return line.replaceAll(`"channel":"${CHANNEL}"`, '');
}

/** What waits, is looked after in vain, and goes out in the end. */
async function sendWhileTokensAreAway(watched: WatchedStack): Promise<void> {
  const { stack, dynamodb } = watched;
  const { faults } = stack;
  const row = { pk: { S: 'channels' }, sk: { S: 'unreadable' }, config: { S: PERSON.text } };
  await dynamodb('PutItem', { TableName: stack.table, Item: row }, AbortSignal.timeout(10_000));
  const poison = { groupId: 'poison', deduplicationId: 'poison', body: `{"text":"${TEXT}"}` };
  const check = { groupId: 'check', deduplicationId: 'check', body: writeCheckWake('unreadable') };
  for (const wake of [poison, check]) stack.queue('outbox').send(wake, stack.clock.now());
  faults.ssm = () => denied;
  const returned = 'Returned wakes wait for the visibility timeout';
  faults.sqs = refusesUntil(watched, returned, 'ChangeMessageVisibilityBatch');
  expect(await ask(watched, PHONES.reached)).toBe(202);
  await expect.poll(() => says(watched, returned), patience).toBe(true);
  const interrupted = 'Lane not looked after';
  faults.sqs = refusesUntil(watched, interrupted, 'SendMessage');
  await passTime(watched, () => says(watched, interrupted));
  faults.sqs = undefined;
  await passTime(watched, () => says(watched, '"OutboxWaitingMinutes"'));
  faults.ssm = undefined;
  await passTime(watched, () => says(watched, '"MessageSent"'));
}

async function loseAnswers(watched: WatchedStack): Promise<void> {
  // Else a status may settle what is to be left uncertain.
  await rule(watched, { statuses: { silentShare: 1 } });
  for (const phone of [PHONES.answerLost, PHONES.requestLost, PHONES.undeliverable]) {
    expect(await ask(watched, phone)).toBe(202);
  }
  await expect.poll(() => says(watched, '"MessageUncertain"'), patience).toBe(true);
}

/** What WhatsApp refuses: one message, for a while, and the channel; and what is not taken at all. */
async function refuse(watched: WatchedStack): Promise<void> {
  await failNext(watched, 100);
  expect(await ask(watched, PHONES.refused)).toBe(202);
  await expect.poll(() => says(watched, '"MessageFailed"'), patience).toBe(true);
  await failNext(watched, 130_429);
  // Where it is tried again only after the next was asked for, it is the one that waits.
  expect(await ask(watched, PHONES.throttled, inHalfAnHour(watched))).toBe(202);
  await expect.poll(() => says(watched, '"MessageReturned"'), patience).toBe(true);
  expect(await ask(watched, PHONES.silent)).toBe(422);
  expect(await ask(watched, PHONES.throttled, { text: { body: `${TEXT}!` } })).toBe(409);
  expect(await ask(watched, PHONES.refused, { to: `${TEXT} ${PHONES.refused}`, text: TEXT })).toBe(
    400,
  );
}

/** What ends by time alone: too late to be sent, and never heard of again. */
async function endWhilePaused(watched: WatchedStack): Promise<void> {
  await failNext(watched, 190);
  expect(await ask(watched, PHONES.tokenRefused, inHalfAnHour(watched))).toBe(202);
  await expect.poll(() => says(watched, '"ChannelPaused"'), patience).toBe(true);
  const ends = ['"MessageExpired"', '"MessageLeftUncertain"'];
  await passTime(watched, () => ends.every((end) => says(watched, end)));
  expect(await ask(watched, PHONES.reached, {}, `${KEY}-2`)).toBe(409);
}

function inHalfAnHour({ stack }: WatchedStack): { readonly notAfter: string } {
  return { notAfter: new Date(stack.clock.now() + 30 * 60_000).toISOString() };
}

/** Has a person write, which opens the window. */
async function write({ stack, secret }: WatchedStack, phone: string): Promise<void> {
  const url = `${stack.whatsapp.url}/stand-in/people/${phone}/messages`;
  const { status, text } = await post(url, { provider: 'meta', channel: CHANNEL, text: TEXT });
  expect(status).toBe(200);
  const { id, person } = wrote.parse(JSON.parse(text));
  for (const one of [id, person.userId, person.name]) secret.add(one);
  if (person.username !== null) secret.add(person.username);
}

/** Asks to send a message, and keeps by what words it is refused: what was taken is the asker's own. */
async function ask(
  { stack, written }: WatchedStack,
  phone: string,
  members: object = {},
  key = KEY,
): Promise<number> {
  const url = `${stack.url}/v1/channels/${CHANNEL}/messages`;
  const message = { to: `+${phone}`, type: 'text', text: { body: TEXT }, ...members };
  const { status, text } = await post(url, message, { 'idempotency-key': key });
  // They may name the channel, which the asker did too.
  if (status !== 202) written.push(text.replaceAll(CHANNEL, ''));
  return status;
}

function failNext(watched: WatchedStack, code: number): Promise<void> {
  return rule(watched, { failNext: { code, times: 1 } });
}

async function rule({ stack }: WatchedStack, rules: object): Promise<void> {
  const body = JSON.stringify(rules);
  const url = `${stack.whatsapp.url}/stand-in/rules`;
  expect((await fetch(url, { method: 'PATCH', body })).status).toBe(200);
}

async function post(url: string, body: object, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  return { status: answer.status, text: await answer.text() };
}
