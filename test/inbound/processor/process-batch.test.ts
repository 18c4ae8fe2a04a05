import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { processBatch } from '../../../lambda/inbound/processor/process-batch.ts';
import { PermanentError } from '../../../lambda/shared/queue/failure.ts';
import type { QueuedMessage } from '../../../lambda/shared/queue/queued-message.ts';
import { PHONE, queuedMessage, queuedMessageEvent, WAMID } from '../../support/queued-events.ts';
import { fakeDeps } from './fake-deps.ts';

const inGroup = (group: string, id: string, overrides: Partial<QueuedMessage> = {}) =>
  queuedMessage(queuedMessageEvent({ group, id }), { messageId: id, ...overrides });

const never = () => new AbortController().signal;

const idsOf = (messages: readonly QueuedMessage[]) => messages.map(({ messageId }) => messageId);

async function returnedOf(
  messages: readonly QueuedMessage[],
  { deps }: ReturnType<typeof fakeDeps>,
  signal = never(),
) {
  return idsOf(await processBatch({ messages, signal }, deps));
}

/** A body of a version to come, or one that no version wrote. */
const NEWER = JSON.stringify({ v: 2, something: 'else' });
const NO_EVENT = '{"v":1}';

describe('a batch', () => {
  test('is stored in the order of each group, with the queue’s sequence numbers', async () => {
    const fake = fakeDeps();
    const messages = [inGroup('a', 'a1'), inGroup('b', 'b1'), inGroup('a', 'a2')];

    expect(await returnedOf(messages, fake)).toEqual([]);

    expect(fake.calls).toEqual(['store a1', 'store b1', 'store a2']);
    expect(fake.sequenceNumbers).toEqual(messages.map((message) => message.sequenceNumber));
    expect(fake.counts).toEqual({ EventStored: 3 });
    expect(fake.lines).toEqual([]);
  });

  test('keeps the order of an event’s own group, though it was sent by hand in others', async () => {
    const fake = fakeDeps({ failing: { a1: new Error('throttled') } });
    const messages = ['a1', 'a2'].map((id) => inGroup('a', id, { messageGroupId: id }));

    expect(await returnedOf(messages, fake)).toEqual(['a1', 'a2']);
  });

  test('takes a duplicate for stored', async () => {
    const fake = fakeDeps({ store: () => Promise.resolve('duplicate') });

    expect(await returnedOf([inGroup('a', 'a1')], fake)).toEqual([]);
    expect(fake.counts).toEqual({ EventDuplicated: 1 });
  });

  test('returns the failed message and those behind it in its group, and no other', async () => {
    const fake = fakeDeps({ failing: { a2: new Error('throttled') } });
    const messages = ['a1', 'b1', 'a2', 'b2', 'a3'].map((id) => inGroup(id.slice(0, 1), id));

    expect(await returnedOf(messages, fake)).toEqual(['a2', 'a3']);

    expect(fake.calls).not.toContain('store a3');
    expect(fake.counts).toEqual({ EventStored: 3, EventReturned: 2 });
  });

  test('is all returned when the table is away, and never dead-lettered', async () => {
    const faults = ['ThrottlingException', 'ResourceNotFoundException', 'TimeoutError', 'Error'];
    const failures = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.constantFrom(...faults)));
    await fc.assert(
      fc.asyncProperty(failures, fc.integer({ min: 1, max: 999 }), async (given, receiveCount) => {
        const fake = fakeDeps({
          store: (event) => Promise.reject(named(event.type)),
        });
        const messages = given.map(([group, fault], n) =>
          queuedMessage(queuedMessageEvent({ group, id: String(n), type: fault }), {
            receiveCount,
          }),
        );

        const returned = await returnedOf(messages, fake);

        expect(returned.toSorted()).toEqual(idsOf(messages).toSorted());
        expect(fake.calls.filter((call) => call.startsWith('dead-letter'))).toEqual([]);
      }),
    );
  });
});

const named = (name: string) => Object.assign(new Error(name), { name });

describe('a message that is itself at fault', () => {
  test('is dead-lettered at once when it is no event, and its group goes on', async () => {
    const fake = fakeDeps();
    const poison = inGroup('a', 'a2', { body: NO_EVENT });

    expect(await returnedOf([inGroup('a', 'a1'), poison, inGroup('a', 'a3')], fake)).toEqual([]);

    expect(fake.calls).toEqual([
      'store a1',
      'dead-letter a2 malformed',
      'dead-lettered a2',
      'store a3',
    ]);
    expect(fake.counts).toEqual({ EventStored: 2, EventDeadLettered: 1 });
    expect(fake.lines).toEqual([
      {
        message: 'Event dead-lettered',
        fields: {
          reason: 'malformed',
          detail: expect.stringMatching(/^no event, by provider, channel, /),
          messageId: 'a2',
          receiveCount: 1,
        },
      },
    ]);
  });

  test('is dead-lettered at once when no retry can store it', async () => {
    const fake = fakeDeps({ failing: { a1: new PermanentError('no status') } });

    expect(await returnedOf([inGroup('a', 'a1'), inGroup('a', 'a2')], fake)).toEqual([]);
    expect(fake.calls).toContain('dead-letter a1 malformed');
    expect(fake.calls).toContain('store a2');
  });

  test('is returned twice, then dead-lettered, when the table refuses it', async () => {
    const refused = fakeDeps({ store: () => Promise.resolve('refused-by-table') });

    for (const receiveCount of [1, 2]) {
      expect(await returnedOf([inGroup('a', 'a1', { receiveCount })], refused)).toEqual(['a1']);
    }
    expect(await returnedOf([inGroup('a', 'a1', { receiveCount: 3 })], refused)).toEqual([]);

    expect(refused.calls.filter((call) => call.startsWith('dead-letter '))).toEqual([
      'dead-letter a1 refused-by-table',
    ]);
    expect(refused.lines.at(-1)).toEqual({
      message: 'Event dead-lettered',
      fields: { reason: 'refused-by-table', eventId: 'a1', messageId: 'a1', receiveCount: 3 },
    });
  });

  test('stops its group when the dead-letter queue does not confirm', async () => {
    const fake = fakeDeps({ deadLetter: () => Promise.reject(new Error('queue down')) });
    const messages = [
      inGroup('a', 'a1', { body: NO_EVENT }),
      inGroup('a', 'a2'),
      inGroup('b', 'b1'),
    ];

    expect(await returnedOf(messages, fake)).toEqual(['a1', 'a2']);
    expect(fake.calls).not.toContain('store a2');
    expect(fake.counts).toEqual({ EventStored: 1, EventReturned: 2 });
  });

  test('blocks nobody but its own group: the queue’s, or itself where that is not known', async () => {
    const fake = fakeDeps({ deadLetter: () => Promise.reject(new Error('queue down')) });
    const messages = [
      inGroup('a', 'a1', { body: 'no JSON', messageGroupId: undefined }),
      inGroup('a', 'a2'),
      inGroup('b', 'b1', { body: NO_EVENT }),
      inGroup('b', 'b2'),
    ];

    expect(await returnedOf(messages, fake)).toEqual(['a1', 'b1', 'b2']);
  });
});

describe('a message of a newer version', () => {
  test('waits with its group for readers that know it, however often it was received', async () => {
    const fake = fakeDeps();
    const newer = inGroup('a', 'a1', { body: NEWER, receiveCount: 500 });

    expect(await returnedOf([newer, inGroup('a', 'a2'), inGroup('b', 'b1')], fake)).toEqual([
      'a1',
      'a2',
    ]);
    expect(fake.calls).toEqual(['store b1', 'delay 2']);
    expect(fake.lines).toEqual([
      {
        message: 'Events returned to the queue',
        fields: { faults: 'newer-version', groups: 1, events: 2 },
      },
    ]);
  });
});

describe('what is returned', () => {
  test('is visible again after one delay for each group, by the receives of its failed message', async () => {
    const fake = fakeDeps({
      failing: { a1: new Error('away'), b1: new Error('away') },
    });
    const messages = [
      inGroup('a', 'a1', { receiveCount: 1 }),
      inGroup('a', 'a2', { receiveCount: 9 }),
      inGroup('b', 'b1', { receiveCount: 5 }),
    ];

    await returnedOf(messages, fake);

    expect(
      fake.returns.map(({ message, delaySeconds }) => [message.messageId, delaySeconds]),
    ).toEqual([
      ['a1', 3],
      ['a2', 3],
      ['b1', 48],
    ]);
  });

  test('waits for the queue’s own timeout when the delay is not taken', async () => {
    const fake = fakeDeps({
      failing: { a1: new Error('away') },
      delayReturns: () => Promise.reject(named('TimeoutError')),
    });

    expect(await returnedOf([inGroup('a', 'a1')], fake)).toEqual(['a1']);
    expect(fake.lines.at(-1)).toEqual({
      message: 'Returned events wait for the visibility timeout',
      fields: { fault: 'TimeoutError' },
    });
  });

  test('is logged once a batch, whatever was thrown', async () => {
    const fake = fakeDeps({
      store: (event) => Promise.reject(event.id === 'a1' ? 'text' : named('TimeoutError')),
    });

    await returnedOf([inGroup('a', 'a1'), inGroup('b', 'b1'), inGroup('c', 'c1')], fake);

    expect(fake.lines).toEqual([
      {
        message: 'Events returned to the queue',
        fields: { faults: 'unknown TimeoutError', groups: 3, events: 3 },
      },
    ]);
  });
});

describe('when the time is up', () => {
  test('returns what hangs and what was not tried, and keeps what is stored', async () => {
    const deadline = new AbortController();
    const fake = fakeDeps({
      store: (event) => {
        if (event.id === 'b1') return Promise.resolve('stored');
        if (event.id === 'b2') deadline.abort();
        return new Promise(() => {});
      },
    });
    const messages = ['a1', 'a2', 'b1', 'b2', 'b3'].map((id) => inGroup(id.slice(0, 1), id));

    expect(await returnedOf(messages, fake, deadline.signal)).toEqual(['a1', 'a2', 'b2', 'b3']);
    expect(fake.calls).toEqual(['store a1', 'store b1', 'store b2', 'delay 4']);
    expect(fake.counts).toEqual({ EventStored: 1, EventReturned: 4 });
  });

  test('returns a message whose dead-lettering hangs', async () => {
    const deadline = new AbortController();
    const fake = fakeDeps({
      deadLetter: () => {
        deadline.abort();
        return new Promise(() => {});
      },
    });

    const messages = [inGroup('a', 'a1', { body: NO_EVENT })];
    expect(await returnedOf(messages, fake, deadline.signal)).toEqual(['a1']);
  });

  test('harms nothing that has ended', async () => {
    const deadline = new AbortController();
    const unhandled = vi.fn();
    process.once('unhandledRejection', unhandled);

    expect(await returnedOf([inGroup('a', 'a1')], fakeDeps(), deadline.signal)).toEqual([]);
    deadline.abort();
    await new Promise((resolve) => setImmediate(resolve));

    process.off('unhandledRejection', unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });

  test('tries nothing more', async () => {
    const fake = fakeDeps();

    expect(await returnedOf([inGroup('a', 'a1')], fake, AbortSignal.abort())).toEqual(['a1']);
    expect(fake.calls).toEqual(['delay 1']);
  });
});

describe('logs', () => {
  test('hold no number, wamid or content, whatever fails', async () => {
    const secret = 'the content';
    const event = queuedMessageEvent({ payload: secret, id: 'message.x' });
    const fake = fakeDeps({
      store: () => Promise.reject(new Error(`${PHONE} ${WAMID} ${secret}`)),
      delayReturns: () => Promise.reject(new Error(PHONE)),
    });
    const bodies = [
      `{"v":1,"wamid":"${WAMID}","payload":"${secret}"}`,
      `${secret} ${PHONE}`,
      NEWER,
    ];
    const messages = [
      queuedMessage(event),
      ...bodies.map((body) => queuedMessage(event, { body, messageGroupId: body })),
    ];

    await returnedOf(messages, fake);

    const logged = JSON.stringify(fake.lines);
    expect(fake.lines.map(({ message }) => message)).toEqual([
      'Event dead-lettered',
      'Event dead-lettered',
      'Events returned to the queue',
      'Returned events wait for the visibility timeout',
    ]);
    for (const text of [PHONE, WAMID, secret]) expect(logged).not.toContain(text);
  });
});
