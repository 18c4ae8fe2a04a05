import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, paginateListEventSourceMappings } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  DeleteMessageCommand,
  type Message,
  paginateListQueues,
  ReceiveMessageCommand,
} from '@aws-sdk/client-sqs';
import { Webhook } from 'standardwebhooks';
import * as z from 'zod/mini';
import { aMessage } from '../support/just-sent.ts';
import { metaWebhook } from '../support/webhooks.ts';
import type { Aws } from './aws.ts';
import type { Deployment } from './deployment.ts';
import type { Emulator } from './emulator.ts';

const SUBSCRIBERS = '/v1/subscribers';
const ACCOUNT = '000000000000';
const QUEUE = 'events-of-a-subscriber.fifo';
const PEOPLE = ['MX.31', 'MX.32', 'MX.33'];
const PATIENCE_MS = 60_000;
/** For so long the router knows nothing of a new subscriber. */
const NEWS_MS = 10_000;
/** For so long a deliverer may still believe what it read of a subscriber. */
const VIEW_MS = 2_000;
/** What is held is given back for 4 s each time. */
const HELD_MS = 6_000;

const added = z.object({ subscriber: z.object({ id: z.string() }), secret: z.string() });
const shown = z.object({ state: z.string(), waiting: z.nullable(z.number()) });
const event = z.object({ data: z.object({ group: z.string(), wamid: z.string() }) });

/** A queue beside the stack, as whoever reads events there has it. */
export interface EventsQueue {
  /** As the setting `subscriberQueueArns` names it. */
  readonly arn: string;
  /** AWS's URL, which a subscriber is given. */
  readonly queueUrl: string;
  /** Takes what is there, for so long. */
  readonly take: (ms: number) => Promise<readonly Message[]>;
}

export async function makeEventsQueue({ region }: Emulator, { sqs }: Aws): Promise<EventsQueue> {
  const Attributes = { FifoQueue: 'true' };
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName: QUEUE, Attributes }));
  return {
    arn: `arn:aws:sqs:${region}:${ACCOUNT}:${QUEUE}`,
    queueUrl: `https://sqs.${region}.amazonaws.com/${ACCOUNT}/${QUEUE}`,
    take: async (ms) => {
      const taken: Message[] = [];
      const receive = new ReceiveMessageCommand({
        ...{ QueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 },
        MessageAttributeNames: ['All'],
        MessageSystemAttributeNames: ['MessageGroupId'],
      });
      for (const from = performance.now(); performance.now() - from < ms; ) {
        const { Messages = [] } = await sqs.send(receive);
        for (const { ReceiptHandle } of Messages) {
          await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
        }
        taken.push(...Messages);
      }
      return taken;
    },
  };
}

/** Who receives events, with what it verifies them by. */
export interface Subscriber {
  readonly id: string;
  readonly secret: string;
}

export interface Subscribed {
  readonly deployment: Deployment;
  readonly aws: Aws;
  readonly queue: EventsQueue;
}

/** A new subscriber gets a queue of its own, which is read; its events arrive signed and in order. */
export async function checkSubscriber(subscribed: Subscribed) {
  const subscriber = await addSubscriber(subscribed, 'bot');
  const made = await madeAtRunTime(subscribed);
  assert.deepEqual([made.queues.length, made.mappings], [1, ['Enabled']]);
  await sleep(NEWS_MS);
  const wamids = await postInTurns(subscribed, 'delivered', 4);
  const said = await arrived(wamids, subscribed, subscriber);
  return { result: subscriber, said };
}

/** While it is paused events wait, and by the prober's next run nobody polls; then all of them arrive. */
export async function checkPause(subscribed: Subscribed, subscriber: Subscriber) {
  const { deployment, aws, queue } = subscribed;
  const one = `${SUBSCRIBERS}/${subscriber.id}`;
  assert.equal((await deployment.change('POST', `${one}/pause`)).status, 200);
  await sleep(VIEW_MS);
  const wamids = await postInTurns(subscribed, 'held', 2);
  const waiting = [...wamids.values()].flat().length;
  await untilWaiting(subscribed, subscriber, waiting);
  assert.deepEqual(await queue.take(HELD_MS), []);

  const FunctionName = deployment.output('ProberFunction');
  const { FunctionError } = await aws.lambda.send(new InvokeCommand({ FunctionName }));
  assert.equal(FunctionError, undefined);
  await untilMappings(subscribed, ['Disabled']);
  assert.deepEqual(await shownOf(subscribed, subscriber), { state: 'paused', waiting });

  assert.equal((await deployment.change('POST', `${one}/resume`)).status, 200);
  await untilMappings(subscribed, ['Enabled']);
  const said = await arrived(wamids, subscribed, subscriber);
  return { result: undefined, said: `nothing came, and its queue was not polled; then ${said}` };
}

export async function checkRemoval(subscribed: Subscribed, { id }: Subscriber) {
  const { deployment } = subscribed;
  assert.equal((await deployment.change('DELETE', `${SUBSCRIBERS}/${id}`)).status, 204);
  assert.equal((await deployment.read(`${SUBSCRIBERS}/${id}`)).status, 404);
  await untilNothingIsLeft(subscribed);
  return { result: undefined, said: 'its queue and mapping are gone' };
}

/** Leaves one that gets events and one with events that wait. */
export async function leaveSubscribers(subscribed: Subscribed) {
  await addSubscriber(subscribed, 'active');
  const paused = await addSubscriber(subscribed, 'paused', { isPaused: true });
  await sleep(NEWS_MS);
  await postInTurns(subscribed, 'left', 1);
  await untilWaiting(subscribed, paused, PEOPLE.length);
  const { queues, mappings } = await madeAtRunTime(subscribed);
  assert.deepEqual([queues.length, mappings.toSorted()], [2, ['Disabled', 'Enabled']]);
  return { result: undefined, said: `${queues.length} queues and mappings` };
}

/** CloudFormation knows of nothing that was made at run time. */
export async function untilNothingIsLeft(subscribed: Subscribed): Promise<void> {
  await until('queues and mappings are gone', async () => {
    const { queues, mappings } = await madeAtRunTime(subscribed);
    return queues.length === 0 && mappings.length === 0;
  });
}

async function addSubscriber(
  { deployment, queue }: Subscribed,
  name: string,
  others: object = {},
): Promise<Subscriber> {
  const endpoint = { kind: 'sqs', queueUrl: queue.queueUrl };
  const input = { name, endpoint, ...others };
  const { status, body } = await deployment.change('POST', SUBSCRIBERS, input);
  assert.equal(status, 201, body);
  const { subscriber, secret } = added.parse(JSON.parse(body));
  return { id: subscriber.id, secret };
}

/** Webhooks with a message of each person, one after the other. Resolves with each person's wamids. */
async function postInTurns({ deployment }: Subscribed, name: string, turns: number) {
  const wamids = new Map<string, string[]>(PEOPLE.map((person) => [person, []]));
  for (let turn = 1; turn <= turns; turn += 1) {
    const messages = PEOPLE.map((person) => {
      const id = `wamid.${person}.${name}.${turn}`;
      wamids.get(person)?.push(id);
      return aMessage({ id, from_user_id: person });
    });
    const webhook = { provider: 'meta', body: metaWebhook({ messages }) } as const;
    const [answer] = await deployment.post([webhook]);
    assert.equal(answer?.status, 200);
  }
  return wamids;
}

async function shownOf({ deployment }: Subscribed, { id }: Subscriber) {
  return shown.parse(JSON.parse((await deployment.read(`${SUBSCRIBERS}/${id}`)).body));
}

function untilWaiting(subscribed: Subscribed, subscriber: Subscriber, count: number) {
  const isSo = async () => (await shownOf(subscribed, subscriber)).waiting === count;
  return until(`${count} events wait`, isSo);
}

/** Takes events until all have come: no others, of each person in order, each as the subscriber can verify it. */
async function arrived(
  wamids: ReadonlyMap<string, readonly string[]>,
  { queue }: Subscribed,
  { secret }: Subscriber,
): Promise<string> {
  const wanted = [...wamids.values()];
  const came: z.infer<typeof event>['data'][] = [];
  await until('events arrive', async () => {
    const messages = await queue.take(1);
    came.push(...messages.map((message) => verified(message, secret)));
    return came.length >= wanted.flat().length;
  });
  const groups = [...Map.groupBy(came, ({ group }) => group).values()];
  assert.deepEqual(
    groups.map((ofGroup) => ofGroup.map(({ wamid }) => wamid)).sort(),
    wanted.toSorted(),
  );
  return `${came.length} events of ${groups.length} people, signed, each in order`;
}

/** As by the library of Standard Webhooks, with attributes for headers. */
function verified({ Body = '', Attributes, MessageAttributes = {} }: Message, secret: string) {
  const headers = Object.entries(MessageAttributes).map(([name, { StringValue = '' }]) => [
    name,
    StringValue,
  ]);
  const { data } = event.parse(new Webhook(secret).verify(Body, Object.fromEntries(headers)));
  assert.ok(Attributes?.MessageGroupId !== undefined);
  return data;
}

/** Queues with the stack's prefix, and the states of the mappings that read them. */
async function madeAtRunTime({ deployment, aws }: Subscribed) {
  const arn = deployment.output('SubscriberQueuesArn');
  const QueueNamePrefix = arn.slice(arn.lastIndexOf(':') + 1);
  const queues: string[] = [];
  for await (const page of paginateListQueues({ client: aws.sqs }, { QueueNamePrefix })) {
    queues.push(...(page.QueueUrls ?? []));
  }
  const mappings: string[] = [];
  for await (const page of paginateListEventSourceMappings({ client: aws.lambda }, {})) {
    for (const { EventSourceArn, State = '' } of page.EventSourceMappings ?? []) {
      if (EventSourceArn?.startsWith(arn)) mappings.push(State);
    }
  }
  return { queues, mappings };
}

async function untilMappings(subscribed: Subscribed, states: readonly string[]): Promise<void> {
  await until(`mappings are ${states}`, async () => {
    const { mappings } = await madeAtRunTime(subscribed);
    return mappings.join() === states.join();
  });
}

async function until(what: string, isSo: () => Promise<boolean>): Promise<void> {
  for (const from = performance.now(); !(await isSo()); await sleep(300)) {
    if (performance.now() - from > PATIENCE_MS) {
      throw new Error(`not within ${PATIENCE_MS / 1000} s: ${what}`);
    }
  }
}
