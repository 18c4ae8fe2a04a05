import { describe, expect, test } from 'vitest';
import type { StackAddress } from '../../../bin/floodgate/stack/deployed-stack.ts';
import { lettersOf, sendBack } from '../../../local/console/letters.ts';
import { servedQueues } from '../../support/served-queues.ts';

/** Longer than who receives waits for a message. */
const LONG_MS = 1_200;

/** A stack with dead letters, each of a group of its own, which stay hidden for long while somebody looks. */
async function aStackWith(...groups: readonly string[]) {
  const { queues } = await servedQueues((action) =>
    action === 'ChangeMessageVisibilityBatch' ? { delayMs: LONG_MS } : undefined,
  );
  const now = queues.clock.now();
  const { queue: deadLetterQueue } = queues.create({ name: 'InboxDeadLetterQueue.fifo' });
  queues.create({ name: 'InboxQueue.fifo', redrive: { deadLetterQueue, maxReceiveCount: 20 } });
  for (const groupId of groups) {
    deadLetterQueue.send({ groupId, deduplicationId: groupId, body: '{}' }, now);
  }
  const { endpoint } = queues;
  const stack: StackAddress = {
    ...{ name: 'a stack', api: endpoint, outputs: new Map(), table: '' },
    endpoints: { sqs: endpoint, dynamodb: endpoint, s3: endpoint },
    queues: {
      inbox: queues.urlOf('InboxQueue.fifo'),
      inboxDeadLetter: queues.urlOf('InboxDeadLetterQueue.fifo'),
    },
    ...{ subscriberQueues: undefined, user: async () => 'somebody' },
  };
  return { stack, inFlight: () => deadLetterQueue.counts(queues.clock.now()).inFlight };
}

describe('dead letters', () => {
  test('are sent back, though the page looks at them at that moment', async () => {
    const { stack, inFlight } = await aStackWith('a', 'b');
    const { letters } = await lettersOf(stack);

    const looking = lettersOf(stack);
    await expect.poll(inFlight).toBe(2);
    const ids = letters.map(({ id }) => id);
    expect(await sendBack(stack, ids)).toEqual({ isOk: true, says: '2 sent back.' });
    expect((await looking).letters).toHaveLength(2);
    expect((await lettersOf(stack)).letters).toEqual([]);
  });

  test('that are not there any more are told as not sent back', async () => {
    const { stack } = await aStackWith('a');
    expect(await sendBack(stack, ['nobody'])).toEqual({ isOk: false, says: '0 sent back.' });
  });
});
