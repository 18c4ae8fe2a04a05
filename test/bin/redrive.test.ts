import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DeadLetter, Selection } from '../../bin/floodgate/dlq/dead-letter.ts';
import type { DeadLetterQueue } from '../../bin/floodgate/dlq/dead-letter-queue.ts';
import { redrive } from '../../bin/floodgate/dlq/redrive.ts';

const ANY: Selection = {
  ids: [],
  ...{ reason: undefined, channel: undefined, subscriber: undefined, group: undefined },
  withinMs: undefined,
};

function aLetter(group: string, number: number, reason?: string): DeadLetter {
  const id = `${group}-${number}`;
  return {
    ...{ id, queue: 'inbox', reason, since: new Date(0), group, sequenceNumber: String(number) },
    ...{ receiveCount: 1, event: undefined, body: id, receiptHandle: id },
  };
}

interface Call {
  readonly name: 'sendBack' | 'remove';
  readonly id: string;
}

/** What SQS does: of a group of which any is held, nothing more is handed out. */
function aQueue(letters: readonly DeadLetter[], fails: (call: Call) => 'before' | 'after' | 'no') {
  const waiting = [...letters];
  const held = new Set<DeadLetter>();
  const back: string[] = [];
  const calls: string[] = [];

  async function act(call: Call, effect: () => void): Promise<void> {
    await Promise.resolve();
    calls.push(`${call.name} ${call.id}`);
    const fate = fails(call);
    if (fate !== 'before') effect();
    if (fate !== 'no') throw new Error(`${call.name} failed ${fate}`);
  }

  const queue: DeadLetterQueue = {
    name: 'inbox',
    count: async () => ({ waiting: waiting.length - held.size, inFlight: held.size }),
    countSource: async () => ({ waiting: back.length, inFlight: 0 }),
    receive: async () => {
      const locked = new Set([...held].map(({ group }) => group));
      const batch = waiting.filter(({ group }) => !locked.has(group)).slice(0, 10);
      for (const letter of batch) held.add(letter);
      return batch;
    },
    sendBack: (letter) => act({ name: 'sendBack', id: letter.id }, () => back.push(letter.id)),
    remove: (letter) =>
      act({ name: 'remove', id: letter.id }, () => {
        waiting.splice(waiting.indexOf(letter), 1);
        held.delete(letter);
      }),
    release: async (given) => {
      for (const letter of given) held.delete(letter);
    },
  };
  const run = (selection = ANY) =>
    redrive(queue, {
      ...{ selection, signal: new AbortController().signal, onProgress: () => undefined },
    });
  return { run, waiting, held, back, calls };
}

const isInOrder = (numbers: readonly number[]) =>
  numbers.every((number, index) => index === 0 || number >= (numbers[index - 1] ?? 0));

describe('redrive', () => {
  test('removes a dead letter only after its copy is confirmed', async () => {
    const { run, calls } = aQueue([aLetter('A', 1), aLetter('A', 2)], () => 'no');
    await run();

    expect(calls).toEqual(['sendBack A-1', 'remove A-1', 'sendBack A-2', 'remove A-2']);
  });

  test('stops a group at its failure, and goes on with the others', async () => {
    const letters = [aLetter('A', 1), aLetter('A', 2), aLetter('B', 1)];
    const { run, waiting, held, back } = aQueue(letters, ({ id }) =>
      id === 'A-1' ? 'before' : 'no',
    );

    expect(await run()).toMatchObject({
      sentBack: 1,
      stayed: 2,
      failures: ['sendBack failed before'],
    });
    expect(back).toEqual(['B-1']);
    expect(waiting.map(({ id }) => id)).toEqual(['A-1', 'A-2']);
    expect(held.size).toBe(0);
  });

  test('gives up where the queue takes nothing at all', async () => {
    const letters = Array.from({ length: 100 }, (_, number) => aLetter(`G${number}`, 1));
    const { run, calls, waiting } = aQueue(letters, () => 'before');
    await run();

    expect(calls).toHaveLength(10);
    expect(waiting).toHaveLength(100);
  });

  test('loses nothing and keeps the order of each group, whatever fails and however often it is run', async () => {
    const someLetters = fc
      .array(fc.tuple(fc.constantFrom('A', 'B', 'C'), fc.boolean()), { maxLength: 45 })
      .map((kinds) =>
        kinds.map(([group, isOdd], number) => aLetter(group, number, isOdd ? 'odd' : undefined)),
      );
    const fates = fc.infiniteStream(
      fc.constantFrom('no', 'no', 'no', 'no', 'before', 'after' as const),
    );
    await fc.assert(
      fc.asyncProperty(someLetters, fates, async (letters, fate) => {
        let isFaulty = true;
        const { run, waiting, held, back } = aQueue(letters, () =>
          isFaulty ? (fate.next().value ?? 'no') : 'no',
        );
        await run();
        await run({ ...ANY, reason: 'none' });
        expect(held.size).toBe(0);
        isFaulty = false;
        await run();

        expect(waiting).toEqual([]);
        expect(new Set(back)).toEqual(new Set(letters.map(({ id }) => id)));
      }),
    );
  });

  test('sends no later one of a group before an earlier one', async () => {
    const someLetters = fc
      .array(fc.constantFrom('A', 'B', 'C'), { maxLength: 45 })
      .map((groups) => groups.map((group, number) => aLetter(group, number)));
    const fates = fc.infiniteStream(fc.constantFrom('no', 'no', 'no', 'before', 'after' as const));
    await fc.assert(
      fc.asyncProperty(someLetters, fates, async (letters, fate) => {
        const { run, back } = aQueue(letters, () => fate.next().value ?? 'no');
        for (let time = 0; time < 5; time += 1) await run();

        const firstTimes = [...new Set(back)].map((id) => id.split('-'));
        for (const numbers of Map.groupBy(firstTimes, ([group]) => group).values()) {
          expect(isInOrder(numbers.map(([, number]) => Number(number)))).toBe(true);
        }
      }),
    );
  });
});
