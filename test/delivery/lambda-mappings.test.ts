import { describe, expect, test } from 'vitest';
import { eventSourceMappings } from '../../lambda/delivery/lambda-mappings.ts';
import { AwsRequestError } from '../../lambda/shared/aws/request.ts';
import { memberOf } from '../../lambda/shared/json/json-source.ts';
import { localQueues } from '../support/local-queues.ts';

const { signal } = new AbortController();
const on = { isOn: true, functions: 10 };

async function aQueue(switchMs = 0, id = 'sub_1') {
  const local = await localQueues({ switchMs });
  await local.queues.create(id, signal);
  /** Its mapping, when Lambda is done with the change before. */
  const atRest = async () => {
    const isChanging = async () => (await local.mappings.list(signal))[0]?.isChanging;
    await expect.poll(isChanging).toBe(false);
    return (await local.mappings.list(signal))[0];
  };
  return { ...local, atRest, queueArn: local.names.arn(id) };
}

const refusing = (name: string) =>
  eventSourceMappings(() => Promise.reject(new AwsRequestError('Lambda', name)), 'Deliverer');

describe('the mapping of a queue', () => {
  test('is made as it is wanted, and listed', async () => {
    const { mappings, queueArn, lambda, atRest } = await aQueue();

    const id = await mappings.create(queueArn, { isOn: false, functions: 7 }, signal);

    const made = { id, queueArn, isOn: false, isChanging: false, functions: 7 };
    expect(await atRest()).toEqual(made);
    const answer = await lambda('ListEventSourceMappings', { FunctionName: 'Deliverer' }, signal);
    const [mapping] = [memberOf(answer, 'EventSourceMappings')].flat();
    expect(mapping).toMatchObject({
      BatchSize: 10,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    });
  });

  test('is found where it was made before, by one whose answer was lost', async () => {
    const { mappings, queueArn } = await aQueue();
    const id = await mappings.create(queueArn, on, signal);

    expect(await mappings.create(queueArn, on, signal)).toBe(id);
    expect(await mappings.list(signal)).toHaveLength(1);
  });

  test('is switched, and given another concurrency', async () => {
    const { mappings, queueArn, atRest } = await aQueue();
    const id = await mappings.create(queueArn, on, signal);
    await atRest();

    expect(await mappings.change(id, { isOn: false }, signal)).toBe(true);
    expect(await atRest()).toMatchObject({ isOn: false, functions: 10 });
    expect(await mappings.change(id, { isOn: true, functions: 3 }, signal)).toBe(true);
    expect(await atRest()).toMatchObject({ isOn: true, functions: 3 });
  });

  test('takes no change while Lambda is busy with an earlier one', async () => {
    const { mappings, queueArn, clock, atRest } = await aQueue(60_000);
    const id = await mappings.create(queueArn, on, signal);

    expect(await mappings.list(signal)).toMatchObject([{ isOn: true, isChanging: true }]);
    expect(await mappings.change(id, { isOn: false }, signal)).toBe(false);
    expect(await mappings.remove(id, signal)).toBe(false);
    clock.advance(60_000);
    await atRest();
    expect(await mappings.change(id, { isOn: false }, signal)).toBe(true);
    expect(await mappings.list(signal)).toMatchObject([{ isOn: false, isChanging: true }]);
  });

  test('is removed, and once more without harm; there is none to change then', async () => {
    const { mappings, queueArn, atRest } = await aQueue();
    const id = await mappings.create(queueArn, on, signal);
    await atRest();

    expect(await mappings.remove(id, signal)).toBe(true);
    await expect.poll(() => mappings.list(signal)).toEqual([]);
    expect(await mappings.remove(id, signal)).toBe(true);
    expect(await mappings.change(id, { isOn: true }, signal)).toBe(false);
  });
});

test('all of the deliverer’s are listed, over pages', async () => {
  const { mappings, queues, names } = await localQueues();
  const ids = Array.from({ length: 120 }, (_, n) => `sub_${n}`);
  for (const id of ids) {
    await queues.create(id, signal);
    await mappings.create(names.arn(id), on, signal);
  }

  const listed = await mappings.list(signal);
  expect(listed.map(({ queueArn }) => names.idOf(queueArn)).toSorted()).toEqual(ids.toSorted());
});

describe('what Lambda refuses', () => {
  test('is told, where it says nothing of the mapping', async () => {
    const { change, remove, create } = refusing('TooManyRequestsException');

    await expect(change('1', on, signal)).rejects.toThrow('TooManyRequestsException');
    await expect(remove('1', signal)).rejects.toThrow('TooManyRequestsException');
    await expect(create('arn', on, signal)).rejects.toThrow('TooManyRequestsException');
  });

  test('of a queue that was made a moment ago, is asked for again', async () => {
    const answers = ['InvalidParameterValueException', undefined];
    const lambda = async () => {
      const refusal = answers.shift();
      if (refusal !== undefined) throw new AwsRequestError('Lambda', refusal);
      return { UUID: '1', EventSourceArn: 'arn', State: 'Creating' };
    };

    expect(await eventSourceMappings(lambda, 'Deliverer').create('arn', on, signal)).toBe('1');
  });

  test('is told, where another function has the queue', async () => {
    const lambda = async (operation: string) => {
      if (operation !== 'CreateEventSourceMapping') return { EventSourceMappings: [] };
      throw new AwsRequestError('Lambda', 'ResourceConflictException');
    };

    const creating = eventSourceMappings(lambda, 'Deliverer').create('arn', on, signal);
    await expect(creating).rejects.toThrow('ResourceConflictException');
  });

  test('and what it answers that is no mapping, is told', async () => {
    const { create } = eventSourceMappings(async () => ({ UUID: '1' }), 'Deliverer');

    await expect(create('arn', on, signal)).rejects.toThrow(
      'without UUID, EventSourceArn or State',
    );
  });
});
