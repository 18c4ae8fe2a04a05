import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FifoQueue } from '../../local/sqs/fifo-queue.ts';
import type { QueueSettings } from '../../local/sqs/queue-model.ts';
import type { ReceivedMessage } from '../../local/sqs/queue-types.ts';
import { redriveMessages } from '../../local/sqs/redrive.ts';

const MINUTE = 60_000;

function aQueue(settings: Partial<QueueSettings> = {}): FifoQueue {
  return new FifoQueue({ name: 'inbox.fifo', deduplicationScope: 'messageGroup', ...settings });
}

function send(queue: FifoQueue, groupId: string, body: string, now = 0, deduplicationId = body) {
  return queue.send({ groupId, body, deduplicationId }, now);
}

function bodies(messages: readonly ReceivedMessage[]): string[] {
  return messages.map(({ body }) => body);
}

function receipt(message: ReceivedMessage | undefined): string {
  return message?.receiptHandle ?? 'nothing received';
}

describe('receive', () => {
  test('takes as many messages of one group as there are, then of others', () => {
    const queue = aQueue();
    for (const body of ['a1', 'a2', 'a3']) send(queue, 'a', body);
    for (const body of ['b1', 'b2']) send(queue, 'b', body);

    expect(bodies(queue.receive(4, 1))).toEqual(['a1', 'a2', 'a3', 'b1']);
    expect(queue.receive(10, 1)).toEqual([]);
  });

  test('keeps a group locked until all of its messages in flight are deleted or visible', () => {
    const queue = aQueue();
    for (const body of ['1', '2', '3']) send(queue, 'a', body);
    const [first, second] = queue.receive(2, 0);

    queue.delete(receipt(first), 1);
    expect(queue.receive(10, 1)).toEqual([]);

    queue.changeVisibility(receipt(second), 0, 2);
    expect(bodies(queue.receive(10, 2))).toEqual(['2', '3']);
  });

  test('gives messages again in order once the visibility timeout has passed', () => {
    const queue = aQueue({ visibilityTimeoutSeconds: 180 });
    for (const body of ['1', '2', '3']) send(queue, 'a', body);
    queue.receive(10, 0);

    expect(queue.receive(10, 3 * MINUTE - 1)).toEqual([]);
    const again = queue.receive(10, 3 * MINUTE);
    expect(bodies(again)).toEqual(['1', '2', '3']);
    expect(again[0]).toMatchObject({ receiveCount: 2, firstReceivedAt: 0 });
  });

  test('drops what is older than the retention', () => {
    const queue = aQueue({ retentionSeconds: 60 });
    send(queue, 'a', 'old', 0);
    send(queue, 'a', 'new', MINUTE - 1);

    expect(queue.counts(MINUTE)).toEqual({ visible: 1, inFlight: 0 });
    expect(bodies(queue.receive(10, MINUTE))).toEqual(['new']);
  });
});

describe('delete', () => {
  test('fails with an expired receipt, and with one that was replaced', () => {
    const queue = aQueue();
    send(queue, 'a', '1');
    const [first] = queue.receive(1, 0);

    expect(queue.delete(receipt(first), 30_000)).toMatchObject({ code: 'InvalidParameterValue' });
    queue.receive(1, 30_000);
    expect(queue.delete(receipt(first), 30_001)).toMatchObject({ ok: false });
    expect(queue.delete('bm90IG9uZQ==', 0)).toMatchObject({ code: 'ReceiptHandleIsInvalid' });
  });

  test('succeeds again for a message that is deleted', () => {
    const queue = aQueue();
    send(queue, 'a', '1');
    const [message] = queue.receive(1, 0);

    expect(queue.delete(receipt(message), 1)).toEqual({ ok: true });
    expect(queue.delete(receipt(message), 2)).toEqual({ ok: true });
    expect(queue.changeVisibility(receipt(message), 5, 2)).toMatchObject({ ok: false });
  });
});

describe('send', () => {
  test('drops a duplicate for five minutes, also when the first is deleted', () => {
    const queue = aQueue();
    const first = send(queue, 'a', '1', 0, 'same');
    queue.delete(receipt(queue.receive(1, 0)[0]), 1);

    expect(send(queue, 'a', '1', 5 * MINUTE - 1, 'same')).toEqual(first);
    expect(queue.counts(5 * MINUTE).visible).toBe(0);
    send(queue, 'a', '1', 5 * MINUTE, 'same');
    expect(queue.counts(5 * MINUTE).visible).toBe(1);
  });

  test('deduplicates within a group or within the queue, as the scope says', () => {
    for (const [scope, kept] of [['messageGroup', 2] as const, ['queue', 1] as const]) {
      const queue = aQueue({ deduplicationScope: scope });
      send(queue, 'a', '1', 0, 'same');
      send(queue, 'b', '1', 0, 'same');

      expect(queue.counts(0).visible).toBe(kept);
    }
  });

  test.each([
    ['U+FFFE', '\uFFFE', 'InvalidMessageContents'],
    ['U+FFFF', 'x\uFFFF', 'InvalidMessageContents'],
    ['a control character', '\u0001', 'InvalidMessageContents'],
    ['a lone surrogate', '\uD800x', 'InvalidMessageContents'],
    ['nothing', '', 'MissingParameter'],
    ['more than 1 MiB', 'x'.repeat(1_048_577), 'InvalidParameterValue'],
  ])('refuses a body with %s', (_, body, code) => {
    expect(send(aQueue(), 'a', body, 0, 'id')).toMatchObject({ ok: false, code });
  });

  test('takes every character that SQS takes, up to 1 MiB', () => {
    const queue = aQueue();
    expect(send(queue, 'a', '\t\n\r \uD7FF\uE000\uFFFD😀', 0, '1').ok).toBe(true);
    expect(send(queue, 'a', 'x'.repeat(1_048_576), 0, '2').ok).toBe(true);
  });

  test('refuses a missing or malformed group or deduplication id', () => {
    for (const [groupId, deduplicationId] of [
      ['', 'id'],
      ['a b', 'id'],
      ['a'.repeat(129), 'id'],
      ['a', ''],
      ['a', 'ü'],
    ] as const) {
      expect(send(aQueue(), groupId, 'x', 0, deduplicationId).ok).toBe(false);
    }
  });
});

describe('redrive', () => {
  function withDeadLetterQueue(maxReceiveCount: number) {
    const deadLetterQueue = aQueue({ name: 'dead.fifo' });
    return { deadLetterQueue, queue: aQueue({ redrive: { deadLetterQueue, maxReceiveCount } }) };
  }

  test('moves a message on the receive after the last allowed, and goes on with its group', () => {
    const { queue, deadLetterQueue } = withDeadLetterQueue(2);
    send(queue, 'a', 'poison', 0, 'id');
    const [poison] = queue.receive(1, 0);
    queue.receive(1, MINUTE);
    send(queue, 'a', 'healthy', MINUTE);

    expect(bodies(queue.receive(10, 2 * MINUTE))).toEqual(['healthy']);
    const [moved] = deadLetterQueue.receive(10, 2 * MINUTE);
    expect(moved).toMatchObject({
      ...{ body: 'poison', groupId: 'a', messageId: poison?.messageId, receiveCount: 3 },
      ...{ deduplicationId: poison?.messageId, deadLetteredFrom: 'inbox.fifo' },
    });
  });

  test('moves messages back as new ones', () => {
    const { queue, deadLetterQueue } = withDeadLetterQueue(1);
    for (const body of ['1', '2']) send(queue, 'a', body);
    queue.receive(10, 0);
    queue.receive(10, MINUTE);

    expect(redriveMessages(deadLetterQueue, () => queue, 2 * MINUTE)).toEqual({ moved: 2 });
    const again = queue.receive(10, 2 * MINUTE);
    expect(bodies(again)).toEqual(['1', '2']);
    expect(again[0]).toMatchObject({ receiveCount: 1, sentAt: 2 * MINUTE });
  });

  test('stops at a message whose source is not known, and leaves it visible', () => {
    const { queue, deadLetterQueue } = withDeadLetterQueue(1);
    send(deadLetterQueue, 'a', 'by-hand');
    const sourceOf = (name: string | undefined) => (name === undefined ? undefined : queue);

    expect(redriveMessages(deadLetterQueue, sourceOf, 1).failureReason).toBeDefined();
    expect(deadLetterQueue.counts(1)).toEqual({ visible: 1, inFlight: 0 });
  });
});

/** One step of a consumer or sender; numbers choose among what is there. */
const aStep = fc.oneof(
  fc.record({ do: fc.constant('send' as const), group: fc.constantFrom('a', 'b', 'c') }),
  fc.record({ do: fc.constant('receive' as const), max: fc.integer({ min: 1, max: 10 }) }),
  fc.record({
    do: fc.constantFrom('delete' as const, 'return' as const),
    pick: fc.nat(20),
  }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 1, max: 20_000 }) }),
);

describe('under any schedule of sends, receives, failures, timeouts and deletions', () => {
  test('a group is received in order, one batch at a time, and nothing is lost', () => {
    fc.assert(
      fc.property(fc.array(aStep, { maxLength: 120 }), (steps) => {
        const queue = aQueue({ visibilityTimeoutSeconds: 10 });
        const sent: Record<string, number[]> = { a: [], b: [], c: [] };
        const deleted: Record<string, number[]> = { a: [], b: [], c: [] };
        let held: { message: ReceivedMessage; until: number }[] = [];
        let [now, count] = [0, 0];
        for (const step of steps) {
          held = held.filter(({ until }) => until > now);
          if (step.do === 'wait') now += step.ms;
          if (step.do === 'send') {
            count += 1;
            send(queue, step.group, String(count), now);
            sent[step.group]?.push(count);
          }
          if (step.do === 'receive') {
            const batch = queue.receive(step.max, now);
            const locked = new Set(held.map(({ message }) => message.groupId));
            for (const [group, messages] of Map.groupBy(batch, ({ groupId }) => groupId)) {
              expect(locked).not.toContain(group);
              const waiting = sent[group]?.filter((n) => !deleted[group]?.includes(n)) ?? [];
              expect(messages.map(({ body }) => Number(body))).toEqual(
                waiting.slice(0, messages.length),
              );
            }
            held.push(...batch.map((message) => ({ message, until: now + 10_000 })));
          }
          if (step.do === 'delete' || step.do === 'return') {
            const [one] = held.splice(step.pick % Math.max(held.length, 1), 1);
            if (one === undefined) continue;
            const { message } = one;
            if (step.do === 'return') {
              expect(queue.changeVisibility(message.receiptHandle, 0, now).ok).toBe(true);
            } else {
              expect(queue.delete(message.receiptHandle, now).ok).toBe(true);
              deleted[message.groupId]?.push(Number(message.body));
            }
          }
        }
        const left = Object.values(sent).flat().length - Object.values(deleted).flat().length;
        const { visible, inFlight } = queue.counts(now);
        expect(visible + inFlight).toBe(left);
      }),
      { numRuns: 300 },
    );
  });
});
