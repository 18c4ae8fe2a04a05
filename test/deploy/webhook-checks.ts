import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { ReceiveMessageCommand, SendMessageCommand } from '@aws-sdk/client-sqs';
import type { ExpectedEvent } from '../../local/traffic/expected.ts';
import { generateTraffic, type Webhook } from '../../local/traffic/traffic.ts';
import { aMessage, SENT_AT } from '../support/just-sent.ts';
import { metaWebhook } from '../support/webhooks.ts';
import type { Aws } from './aws.ts';
import type { Deployment, Row } from './deployment.ts';

const TRAFFIC = {
  endMs: SENT_AT,
  seed: 5,
  contacts: 8,
  messages: 40,
  statuses: 60,
  mediaShare: 0.25,
  batch: 10,
};

export async function checkHandshake({ output, verifyToken }: Deployment, { call }: Aws) {
  const subscribe = (token: string) => {
    const query = { 'hub.mode': 'subscribe', 'hub.challenge': '1158', 'hub.verify_token': token };
    return call(`${output('MetaWebhookUrl')}?${new URLSearchParams(query)}`);
  };
  assert.deepEqual(await subscribe(verifyToken), { status: 200, body: '1158' });
  assert.equal((await subscribe('another')).status, 403);
  return { result: undefined, said: 'the right token 200, another 403' };
}

export async function checkRefusals({ output, rows }: Deployment, { call }: Aws) {
  const post = async (url: string, headers: Record<string, string>) =>
    (await call(url, { method: 'POST', headers, body: metaWebhook() })).status;
  const meta = output('MetaWebhookUrl');
  const wasender = output('WasenderWebhookUrl').replace('<token>', 'guessed');
  assert.equal(await post(meta, {}), 401);
  assert.equal(await post(meta, { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }), 403);
  assert.equal(await post(wasender, { 'x-webhook-signature': 'guessed' }), 403);
  assert.equal((await call(`${output('ApiUrl')}/nowhere`)).status, 404);
  assert.deepEqual(await rows(), []);
  return { result: undefined, said: '401, 403, 403 and no row; a path that is none 404' };
}

/** Posts a provider's traffic; every event must be in the table once, each group in the webhooks' order. */
export async function checkTraffic(provider: Webhook['provider'], deployment: Deployment) {
  const before = await deployment.rows();
  const webhooks = generateTraffic({ ...TRAFFIC, provider });
  const answers = await deployment.post(webhooks);
  assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
  const events = await deployment.stored(webhooks);
  const rows = await deployment.rows();
  const known = new Set(before.map(keyOf));
  const added = rows.filter((row) => !known.has(keyOf(row)) && !row.pk.startsWith('names.'));
  assert.deepEqual(added.map(keyOf).sort(), [...new Set(events.map(keyOf))].sort());
  assertOrdered(events, rows);

  const repeated = await deployment.post(webhooks);
  assert.deepEqual(new Set(repeated.map(({ status }) => status)), new Set([200]));
  assert.equal((await deployment.rows()).length, rows.length, 'repetitions made rows');
  const groups = new Set(events.map(({ pk }) => pk)).size;
  const said = `${webhooks.length} webhooks, ${events.length} events of ${groups} groups, ${added.length} rows`;
  return { said, result: webhooks };
}

function keyOf({ pk, sk }: { readonly pk: string; readonly sk: string }): string {
  return `${pk} ${sk}`;
}

function assertOrdered(events: readonly ExpectedEvent[], rows: readonly Row[]): void {
  const sequenceOf = new Map(rows.map((row) => [keyOf(row), row.at?.split('#')[1]]));
  for (const [group, ofGroup] of Map.groupBy(events, ({ pk }) => pk)) {
    const sequence = ofGroup.flatMap((event) => sequenceOf.get(keyOf(event)) ?? []);
    assert.deepEqual(sequence, sequence.toSorted(), `group ${group} is out of order`);
  }
}

/** One webhook with the messages of several people: the queue gets several groups in a batch. */
export async function checkGroupsOfABatch(deployment: Deployment) {
  const people = ['MX.1', 'MX.2', 'MX.3'];
  const messages = ['A', 'B', 'C'].flatMap((turn) =>
    people.map((person) => aMessage({ from_user_id: person, id: `wamid.${person}.${turn}` })),
  );
  const webhook: Webhook = { provider: 'meta', body: metaWebhook({ messages }) };
  const [answer] = await deployment.post([webhook]);
  assert.equal(answer?.status, 200);
  const events = await deployment.stored([webhook]);
  assert.equal(new Set(events.map(({ pk }) => pk)).size, people.length);
  assertOrdered(events, await deployment.rows());
  return {
    result: undefined,
    said: `${events.length} messages of ${people.length} people in one batch, each in order`,
  };
}

export async function checkOverflow(deployment: Deployment, aws: Aws) {
  const id = 'wamid.overflow';
  const message = aMessage({ id, from_user_id: 'MX.4', text: { body: 'x'.repeat(400_000) } });
  const webhook: Webhook = { provider: 'meta', body: metaWebhook({ messages: [message] }) };
  const [answer] = await deployment.post([webhook]);
  assert.equal(answer?.status, 200);
  const [event] = await deployment.stored([webhook]);
  const row = (await deployment.rows()).find(({ sk }) => sk === event?.sk);
  assert.ok(row?.payloadKey !== undefined, 'the row points at no object');
  const Bucket = await overflowBucket(deployment, aws);
  const object = await aws.s3.send(new GetObjectCommand({ Bucket, Key: row.payloadKey }));
  assert.ok((await object.Body?.transformToString())?.includes(id));
  return {
    result: undefined,
    said: 'a message of 400 KB lies in the bucket, its row points at it',
  };
}

async function overflowBucket({ stackName }: Deployment, aws: Aws): Promise<string> {
  const resource = (await resourcesOf(stackName, aws)).find(
    ({ logicalId }) => logicalId.startsWith('OverflowBucket') && !logicalId.includes('Policy'),
  );
  if (resource === undefined) throw new Error('the stack has no overflow bucket');
  return resource.physicalId;
}

export interface Resource {
  readonly logicalId: string;
  readonly physicalId: string;
  readonly type: string;
}

/** What the stack consists of. */
export async function resourcesOf(stackName: string, aws: Aws): Promise<readonly Resource[]> {
  const answer = await aws.cloudFormation('DescribeStackResources', { StackName: stackName });
  assert.equal(answer.status, 200, answer.body);
  const member = /<member>([\s\S]*?)<\/member>/g;
  return [...answer.body.matchAll(member)].map(([, text = '']) => {
    const value = (name: string) => new RegExp(`<${name}>([^<]*)`).exec(text)?.[1] ?? '';
    return {
      logicalId: value('LogicalResourceId'),
      physicalId: value('PhysicalResourceId'),
      type: value('ResourceType'),
    };
  });
}

/** What is no event goes to the dead-letter queue, by the processor's own hand, under its own role. */
export async function checkPoison({ output }: Deployment, { sqs }: Aws) {
  await sqs.send(
    new SendMessageCommand({
      QueueUrl: output('InboxUrl'),
      MessageBody: 'not an envelope',
      MessageGroupId: 'poison',
      MessageDeduplicationId: 'poison',
    }),
  );
  const receive = new ReceiveMessageCommand({
    QueueUrl: output('DeadLetterQueueUrl'),
    MessageAttributeNames: ['All'],
    WaitTimeSeconds: 1,
  });
  for (let look = 0; look < 30; look += 1) {
    const { Messages: [message] = [] } = await sqs.send(receive);
    if (message !== undefined) {
      const reason = message.MessageAttributes?.['reason']?.StringValue;
      assert.equal(message.Body, 'not an envelope');
      assert.equal(reason, 'malformed');
      return { result: undefined, said: `dead-lettered as ${reason}` };
    }
    await sleep(300);
  }
  throw new Error('nothing came to the dead-letter queue');
}
