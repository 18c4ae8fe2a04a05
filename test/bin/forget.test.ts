import { gunzipSync } from 'node:zlib';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Delivery, writeDelivery } from '../../lambda/delivery/delivery.ts';
import { subscriberWriter } from '../../lambda/delivery/subscriber-table.ts';
import { writeEnvelope } from '../../lambda/events/envelope.ts';
import { backlogPartition } from '../../lambda/table/keys.ts';
import { rowKey } from '../../lambda/table/writes.ts';
import type { LocalStack } from '../../local/stack.ts';
import { buildAssembly } from '../../local/template/assembly.ts';
import { archivedKeys, fetchArchived } from '../support/archive.ts';
import { aDelivery, aMessage, aStatus, splitMeta } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { aSubscriber } from '../support/subscribers.ts';
import { aContact, CHANNEL, metaWebhook, only } from '../support/webhooks.ts';
import { floodgate, operatorOf } from './command-line.ts';

// Whoever starts a stack first waits for its build.
beforeAll(async () => void (await buildAssembly()), 120_000);

const NEVER = new AbortController().signal;
const PHONE = '5215550001111';
const USER_ID = 'MX.10000000000000000001';
const OTHER = 'MX.20000000000000000002';
const WHY = 'request 17';
const PERSON = ['--channel', CHANNEL, '--contact', PHONE] as const;
const FORGET = ['forget', ...PERSON, '--why', WHY, '--yes', '--json'] as const;
const FIVE_MINUTES = 300_000;
const wait = { timeout: 30_000 };

const theirs = metaWebhook({
  contacts: [aContact()],
  messages: [aMessage()],
  statuses: [aStatus()],
});
const others = metaWebhook({
  messages: [aMessage({ id: 'wamid.2', from: undefined, from_user_id: OTHER })],
  statuses: [aStatus({ id: 'wamid.3', recipient_id: undefined, recipient_user_id: OTHER })],
});

/** A message of the person and of somebody else, and what became of one to each. */
async function receive({ post, settle }: Pipeline): Promise<void> {
  for (const webhook of [theirs, others]) expect((await post(webhook)).status).toBe(200);
  await settle();
}

/** Gathers changes for as long as the archiver does, and waits for what it writes. */
async function archive({ stack }: Pipeline): Promise<void> {
  stack.clock.advance(FIVE_MINUTES);
  await expect.poll(async () => (await archivedKeys(stack)).length, wait).toBeGreaterThan(0);
  await expect.poll(() => stack.left(), wait).toBe(0);
}

async function archivedText(stack: LocalStack): Promise<string> {
  const objects = await Promise.all(
    (await archivedKeys(stack)).map((key) => fetchArchived(stack, key)),
  );
  const bytes = await Promise.all(objects.map((object) => object.arrayBuffer()));
  return bytes.map((one) => gunzipSync(Buffer.from(one)).toString()).join('');
}

function messageOf(name: string) {
  const body = aMessage({ id: `wamid.${name}`, from: undefined, from_user_id: name });
  return only(splitMeta(metaWebhook({ messages: [body] })));
}

/** Puts a delivery aside as the release before this one did. */
async function putAside({ stack, dynamodb }: Pipeline, delivery: Delivery): Promise<void> {
  const { payload = '', payloadKey: _, ...facts } = delivery.event;
  const light = writeDelivery({ ...delivery, event: { ...facts, payload: '' } });
  const key = rowKey(backlogPartition(delivery.subscriberId), `${delivery.event.group}#1`);
  const Item = { ...key, delivery: { S: light }, payload: { S: payload } };
  await dynamodb('PutItem', { TableName: stack.table, Item }, NEVER);
}

/** What could not be stored or delivered, of the person and of somebody else. */
async function goWrong(pipeline: Pipeline): Promise<void> {
  const { stack, dynamodb } = pipeline;
  const { queue, clock } = stack;
  const subscriber = aSubscriber({ isPaused: true });
  await subscriberWriter(dynamodb, stack.table).add(subscriber, 'its mapping', NEVER);
  for (const [group, name] of Object.entries({ one: USER_ID, other: OTHER })) {
    const { contact: _, links: __, ...event } = messageOf(name);
    const delivery = aDelivery({ event });
    const letters = {
      inboxDeadLetter: writeEnvelope(messageOf(name)),
      deliveriesDeadLetter: writeDelivery(delivery),
    };
    for (const [letterQueue, body] of Object.entries(letters)) {
      queue(letterQueue).send({ groupId: group, deduplicationId: group, body }, clock.now());
    }
    await putAside(pipeline, delivery);
  }
}

describe('floodgate forget', { timeout: 60_000 }, () => {
  test('leaves nothing of a person in table, archive, dead letters and what was put aside, and all of others', async () => {
    const pipeline = await aPipeline();
    const { stack, rows } = pipeline;
    await receive(pipeline);
    await archive(pipeline);
    await goWrong(pipeline);
    const operator = operatorOf(stack);

    const looked = JSON.parse((await operator('forget', ...PERSON, '--dry-run', '--json')).stdout);
    const { stdout, stderr, exitCode } = await operator(...FORGET);

    const { rows: counted, rest, isComplete } = JSON.parse(stdout);
    expect({ exitCode, stderr, isComplete }).toEqual({ exitCode: 0, stderr: '', isComplete: true });
    expect(counted).toEqual({ events: 1, messages: 1, payloads: 0, files: 0, links: 1 });
    expect(rest).toMatchObject({
      ...{ people: 1, archiveLines: 2, deadLetters: 2, putAside: 1, setAside: 0, undecided: [] },
    });
    expect(looked).toEqual({
      ...{ isDryRun: true, rows: counted, rest, isComplete: true, isUnknown: false },
    });
    const archived = await archivedText(stack);
    const stored = (await rows()).filter(({ pk }) => pk?.S !== 'forgettings');
    for (const left of [archived, JSON.stringify(stored)]) {
      expect(left).not.toContain(PHONE);
      expect(left).not.toContain(`"${USER_ID}`);
      expect(left).toContain(OTHER);
    }
    expect(archived.trimEnd().split('\n')).toHaveLength(2);
    const { visible } = stack.queue('inboxDeadLetter').counts(stack.clock.now());
    expect(visible).toBe(1);
    const actions = stored
      .filter(({ pk }) => pk?.S === 'records')
      .map(({ action, why, by }) => [action?.S, why?.S, by?.S?.split(':')[0]]);
    expect(actions.toSorted()).toEqual(
      [
        'contact-forgotten',
        'dead-letters-dropped',
        'dead-letters-dropped',
        'forgetting-completed',
      ].map((action) => [action, WHY, 'local']),
    );
  });

  test('forgets what is not archived yet: neither that nor what comes late enters the archive', async () => {
    const pipeline = await aPipeline();
    const { stack } = pipeline;
    await receive(pipeline);

    const { stdout } = await operatorOf(stack)(...FORGET);
    // Delivered again, and what became of a message since.
    const read = metaWebhook({ statuses: [aStatus({ status: 'read' })] });
    for (const late of [theirs, read]) expect((await pipeline.post(late)).status).toBe(200);
    await pipeline.settle();
    await archive(pipeline);

    expect(JSON.parse(stdout)).toMatchObject({ rest: { archiveLines: 0 }, isComplete: true });
    const archived = await archivedText(stack);
    expect(archived).toContain(OTHER);
    expect(archived).not.toContain(USER_ID);
  });

  test('does the rest, in one go, for all who were forgotten by a request', async () => {
    const pipeline = await aPipeline();
    const { stack } = pipeline;
    await receive(pipeline);
    await archive(pipeline);
    for (const contact of [PHONE, OTHER]) {
      const path = `/v1/channels/${CHANNEL}/contacts/${contact}`;
      const answer = await fetch(`${stack.url}${path}`, { method: 'DELETE' });
      expect(await answer.json()).toMatchObject({ isComplete: true, archive: 'pending' });
    }
    const operator = operatorOf(stack);
    const pending = ['forget', '--pending', '--why', WHY, '--yes'] as const;

    const { stdout, exitCode } = await operator(...pending);

    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^FORGOTTEN\narchive: lines +4 in (\d) of \1 objects\ndead letters +0\n/,
    );
    expect(await archivedText(stack)).toBe('');
    expect((await operator(...pending)).stdout).toContain('nobody is pending');
  });

  test('names what nobody can read, and has them pending until somebody has looked at it', async () => {
    const { stack } = await aPipeline();
    const letter = { groupId: 'any', deduplicationId: 'any', body: `no event of ${PHONE}` };
    stack.queue('inboxDeadLetter').send(letter, stack.clock.now());
    const operator = operatorOf(stack);

    const first = await operator(...FORGET.slice(0, -1));
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toMatch(/Look at these[^\n]+\n {2}dead letter [\w-]+ of inbox\n$/);
    expect(first.stdout).not.toContain('There is more');
    const pending = ['forget', '--pending', '--why', WHY, '--yes'] as const;
    expect(await operator(...pending)).toMatchObject({ exitCode: 1 });

    const drop = ['dlq', 'drop', '--queue', 'inbox', '--all', '--why', WHY, '--yes'] as const;
    expect(await operator(...drop)).toMatchObject({ exitCode: 0 });
    expect(await operator(...pending)).toMatchObject({ exitCode: 0 });
    expect((await operator(...pending)).stdout).toContain('nobody is pending');
  });

  test('says that nothing is known of somebody, be it the name or the channel that is mistyped', async () => {
    const { stack } = await aPipeline();
    const operator = operatorOf(stack);
    for (const [channel, contact] of [
      [CHANNEL, '5215550009999'],
      ['no-such-channel', PHONE],
    ] as const) {
      const person = ['--channel', channel, '--contact', contact, '--why', WHY] as const;
      for (const how of ['--dry-run', '--yes']) {
        const { exitCode, stdout } = await operator('forget', ...person, how);

        expect(exitCode).toBe(1);
        expect(stdout).toMatch(/^Nothing is known of that contact on that channel\./);
      }
    }
  });

  test('names at once all that is missing', async () => {
    const { stderr } = await floodgate(['forget']);

    for (const option of ['--channel', '--contact', '--why', '--yes']) {
      expect(stderr).toContain(option);
    }
  });

  test.each([
    [['--contact', PHONE], '--channel'],
    [['--channel', 'shop'], '--contact'],
    [['--channel', 'shop', '--contact', PHONE], '--why'],
    [['--channel', 'shop', '--contact', PHONE, '--why', WHY], '--yes'],
    [['--pending', '--why', WHY], '--yes'],
    [['--pending', '--channel', 'shop', '--why', WHY, '--yes'], '--pending'],
  ])('refuses %j because of %s', async (args, missing) => {
    const { exitCode, stderr } = await floodgate(['forget', ...args]);

    expect(exitCode).toBe(2);
    expect(stderr).toContain(missing);
  });

  test('says what to do about a number without its country code', async () => {
    const { stack } = await aPipeline();
    const args = ['--channel', 'shop', '--contact', '0155', '--why', WHY, '--yes'];

    const { exitCode, stderr } = await operatorOf(stack)('forget', ...args);

    expect(exitCode).toBe(2);
    expect(stderr).toContain('country code');
  });
});
