import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { forwardEvents, POST_MS } from '../../bin/floodgate/listen/forward-events.ts';
import type { Posted } from '../../bin/floodgate/listen/post-event.ts';
import { watchSleep } from '../../bin/floodgate/listen/sleep-watch.ts';
import type { WaitingEvent } from '../../bin/floodgate/listen/waiting-event.ts';
import { UnavailableError } from '../../bin/floodgate/terminal/command.ts';

const TAKEN: Posted = { kind: 'taken', status: 200, ms: 1 };
const REFUSED: Posted = { kind: 'refused', status: 500, ms: 1 };
const AWAY: Posted = { kind: 'unreachable', fault: 'ECONNREFUSED', ms: 1 };

type Call = 'receive' | 'remove' | 'giveBack';
type Fate = 'well' | 'failed' | 'answer lost';

interface Script {
  /** What the server answers, one after another, and then always 200. */
  readonly answers?: readonly Posted[];
  /** What becomes of calls to the queue, one after another, and then all is well. */
  readonly fates?: Partial<Record<Call, readonly Fate[]>>;
  /** What a received event is held for. */
  readonly heldMs?: number;
  readonly mostAtOnce?: number;
}

/** A FIFO queue of `A1 A2 B1 …`, group and number, and who listens to it until all is taken. */
async function listenTo(names: readonly string[], script: Script = {}) {
  const waiting = [...names];
  const held = new Set<string>();
  const posted: string[] = [];
  const notices: string[] = [];
  const delays: number[] = [];
  const controller = new AbortController();
  const answers = [...(script.answers ?? [])];
  const { receive = [], remove = [], giveBack = [] } = script.fates ?? {};
  const fates = { receive: [...receive], remove: [...remove], giveBack: [...giveBack] };
  const receives = new Map<string, number>();

  async function call<T>(name: Call, effect: () => T): Promise<T> {
    await Promise.resolve();
    const fate = fates[name].shift() ?? 'well';
    if (fate === 'failed') throw new Error('ECONNRESET');
    const result = effect();
    if (fate === 'answer lost') throw new Error('ECONNRESET');
    return result;
  }

  function received(name: string): WaitingEvent {
    held.add(name);
    const receiveCount = (receives.get(name) ?? 0) + 1;
    receives.set(name, receiveCount);
    return {
      ...{ messageId: name, group: name.charAt(0), body: name, headers: {}, receiveCount },
      ...{ receiptHandle: name, heldUntil: script.heldMs ?? 1_000_000 },
    };
  }

  await forwardEvents(controller.signal, {
    receive: async () => {
      if (waiting.length === 0) controller.abort();
      // What a lost answer has hidden comes when it is no longer held.
      if (held.size > 0) held.clear();
      return await call('receive', () =>
        waiting.slice(0, script.mostAtOnce ?? 10).map((name) => received(name)),
      );
    },
    post: async ({ body }) => {
      await Promise.resolve();
      const answer = answers.shift() ?? TAKEN;
      posted.push(answer === TAKEN ? body : `${body} ${answer.kind}`);
      return answer;
    },
    remove: ({ messageId }) =>
      call('remove', () => {
        const index = waiting.indexOf(messageId);
        if (index >= 0) waiting.splice(index, 1);
        held.delete(messageId);
      }),
    giveBack: (events, seconds) =>
      call('giveBack', () => {
        delays.push(seconds);
        for (const { messageId } of events) held.delete(messageId);
      }),
    show: () => undefined,
    notice: (text) => void notices.push(text),
    sleep: async () => undefined,
    now: () => 0,
  });
  return { posted, notices, delays };
}

describe('listening', () => {
  test('posts the events of a group in order, and each once', async () => {
    const { posted } = await listenTo(['A1', 'A2', 'B1', 'A3']);

    expect(posted.filter((name) => name.startsWith('A'))).toEqual(['A1', 'A2', 'A3']);
    expect(posted).toHaveLength(4);
  });

  test('posts again what is not taken, before what is behind it, after longer and longer', async () => {
    const { posted, delays } = await listenTo(['A1', 'A2'], { answers: [REFUSED, REFUSED] });

    expect(posted).toEqual(['A1 refused', 'A1 refused', 'A1', 'A2']);
    expect(delays).toEqual([1, 2]);
  });

  test('goes on with other groups meanwhile', async () => {
    const { posted } = await listenTo(['A1', 'B1'], { answers: [REFUSED] });

    expect(posted).toEqual(['A1 refused', 'B1', 'A1']);
  });

  test('says once that the server is away, and once that it is back', async () => {
    const { posted, notices } = await listenTo(['A1', 'A2'], { answers: [AWAY, AWAY, AWAY] });

    expect(posted.slice(-2)).toEqual(['A1', 'A2']);
    expect(notices).toEqual([
      'your server cannot be reached (ECONNREFUSED): events wait until it can',
      'your server answers again',
    ]);
  });

  test('outlives a lost network, and says so', async () => {
    const fates = { receive: ['failed', 'answer lost', 'failed'] } as const;
    const { posted, notices } = await listenTo(['A1', 'A2'], { fates });

    expect(posted).toEqual(['A1', 'A2']);
    expect(notices).toEqual([
      'the queue cannot be reached (ECONNRESET): events wait there, trying again',
      'the queue answers again',
    ]);
  });

  test('posts nothing twice that the queue would not delete at first', async () => {
    const fates = { remove: ['failed', 'answer lost', 'failed'] } as const;
    const { posted } = await listenTo(['A1', 'A2', 'A3'], { fates });

    expect(posted).toEqual(['A1', 'A2', 'A3']);
  });

  test('leaves to the next receive what may be received by others before its post is over', async () => {
    const controller = new AbortController();
    const given: number[] = [];
    const late = { messageId: '1', group: 'A', body: '', headers: {}, receiveCount: 1 };
    await forwardEvents(controller.signal, {
      receive: async () => [{ ...late, receiptHandle: '1', heldUntil: 1000 + POST_MS }],
      ...{ post: vi.fn(), remove: vi.fn(), show: vi.fn(), notice: vi.fn(), sleep: vi.fn() },
      giveBack: async (_, seconds) => {
        given.push(seconds);
        controller.abort();
      },
      now: () => 1001,
    });

    expect(given).toEqual([0]);
  });

  test('ends where the queue is gone', async () => {
    const listening = forwardEvents(new AbortController().signal, {
      receive: () => Promise.reject(new UnavailableError('the queue is gone')),
      ...{ post: vi.fn(), remove: vi.fn(), giveBack: vi.fn(), show: vi.fn(), notice: vi.fn() },
      ...{ sleep: vi.fn(), now: Date.now },
    });

    await expect(listening).rejects.toThrow('the queue is gone');
  });

  test('takes every event once and each group in order, whatever fails', async () => {
    const anAnswer = fc.constantFrom(TAKEN, REFUSED, AWAY);
    const aFate = fc.constantFrom<Fate>('well', 'failed', 'answer lost');
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom('A', 'B', 'C'), { maxLength: 12 }),
        fc.array(anAnswer, { maxLength: 12 }),
        fc.record({
          receive: fc.array(aFate, { maxLength: 6 }),
          remove: fc.array(aFate, { maxLength: 6 }),
          giveBack: fc.array(aFate, { maxLength: 6 }),
        }),
        async (groups, answers, fates) => {
          const names = groups.map((group, index) => `${group}${String(index).padStart(2, '0')}`);
          const { posted } = await listenTo(names, { answers, fates });

          const taken = posted.filter((name) => !name.includes(' '));
          expect(taken.toSorted()).toEqual(names.toSorted());
          const byGroup = Map.groupBy(taken, (name) => name.charAt(0));
          for (const ofGroup of byGroup.values()) expect(ofGroup).toEqual(ofGroup.toSorted());
        },
      ),
    );
  });
});

test('a sleep of the machine is told when it wakes up, and no other delay', () => {
  vi.useFakeTimers();
  const slept: number[] = [];
  using _ = watchSleep((ms) => void slept.push(ms));

  vi.advanceTimersByTime(60_000);
  expect(slept).toEqual([]);
  vi.setSystemTime(Date.now() + 3_600_000);
  vi.advanceTimersByTime(60_000);
  expect(slept).toEqual([3_605_000]);
  vi.useRealTimers();
});
