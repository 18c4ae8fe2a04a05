import { beforeEach, describe, expect, test } from 'vitest';
import type { SendAnswer } from '../../../lambda/providers/send-answer.ts';
import type { LaneRow } from '../../../lambda/sending/choice.ts';
import { endMessage } from '../../../lambda/sending/pass-over.ts';
import { messageOf } from '../../../lambda/sending/pulling/feed.ts';
import { type SendDeps, sendMessage } from '../../../lambda/sending/sender/send-message.ts';
import { anEventTable } from '../../support/an-event-table.ts';
import { CAMPAIGN } from '../../support/campaign-rows.ts';
import { LANE, laneRows } from '../../support/lane-rows.ts';

const { signal } = new AbortController();
const MINUTE_MS = 60_000;
const ACCEPTED: SendAnswer = {
  kind: 'accepted',
  wamid: 'wamid.1',
  msgId: undefined,
  isHeld: false,
};
const refused = (code: number, isTransient = false): SendAnswer => ({
  kind: 'refused',
  refusal: { code, text: 'no', isTransient, retryAfterSeconds: undefined },
});

const emulator = await anEventTable();
let rows: ReturnType<typeof laneRows>;
let asked: { readonly mark: string; readonly token: string }[];
let counted: string[];
let paused: string[];

beforeEach(() => {
  rows = laneRows(emulator);
  asked = [];
  counted = [];
  paused = [];
});

type Waiting = Awaited<ReturnType<typeof rows.ask>>['waiting'] & Pick<LaneRow, 'drawn'>;

function depsWith(answer: SendAnswer, others: Partial<SendDeps> = {}): SendDeps {
  return {
    ...{ outbox: rows.outbox, claims: rows.claims, lanes: rows.lanes, now: rows.now },
    channel: () => ({
      ...{
        id: LANE.channel,
        provider: 'meta',
        tenant: 'default',
        messagesPerSecond: 80,
        share: 0.95,
      },
      ...{ marketingRoute: 'messages', uncertain: 'leave', state: 'active' },
      ...{ createdAt: 0, updatedAt: 0 },
    }),
    readFromPart: async () => undefined,
    token: async () => 'token',
    newerToken: async () => undefined,
    ask: async ({ mark, token }) => {
      asked.push({ mark, token });
      return answer;
    },
    pauseChannel: async (because) => void paused.push(because),
    neighbours: () => [],
    sent: () => undefined,
    count: (metric) => void counted.push(metric),
    warn: () => undefined,
    random: () => 0.5,
    askInfo: async () => undefined,
    sleep: async () => undefined,
    ...others,
  };
}

function send(waiting: Waiting, answer: SendAnswer, others: Partial<SendDeps> = {}) {
  const row = laneRow(waiting);
  const turn = async () => rows.now();
  return sendMessage({ lane: LANE, row, turn }, signal, depsWith(answer, others));
}

const laneRow = (waiting: Waiting): LaneRow => ({
  ...waiting,
  ...{ key: 'key', contact: waiting.to.name },
});
const keyOf = ({ id }: Waiting) => ({ channel: LANE.channel, id });

test('a message is not claimed whose content cannot be read: that would leave it uncertain', async () => {
  const { waiting } = await rows.ask('one');
  const outbox = { ...rows.outbox, readContent: () => Promise.reject(new Error('away')) };
  const claimed: string[] = [];
  const claims = {
    ...rows.claims,
    claim: async ({ id }: { readonly id: string }) => claimed.push(id) > 0,
  };

  await expect(send(waiting, ACCEPTED, { outbox, claims })).rejects.toThrow('away');
  expect([claimed, asked]).toEqual([[], []]);
});

describe('a message that WasenderApi took', () => {
  const taken: SendAnswer = { ...ACCEPTED, wamid: undefined, msgId: '7' };

  async function asking(...wamids: readonly (string | undefined)[]) {
    const { waiting } = await rows.ask('one');
    const left = [...wamids];
    const slept: number[] = [];
    const askInfo: SendDeps['askInfo'] = async (msgId, token) =>
      `${msgId} ${token}` === '7 token' ? left.shift() : 'another';
    const sleep = async (ms: number) => void slept.push(ms);
    await send(waiting, taken, { askInfo, sleep });
    return { record: await rows.recordOf(waiting.id), slept };
  }

  test('is known by its wamid, as soon as that is told', async () => {
    const { record, slept } = await asking('KEY1');

    expect(record).toMatchObject({ state: 'sent', wamid: 'KEY1' });
    expect(slept).toEqual([1000]);
  });

  test('is asked for again, and then no more', async () => {
    expect((await asking(undefined, 'KEY1')).record).toMatchObject({ wamid: 'KEY1' });
  });

  test('is sent without a wamid where nobody tells it', async () => {
    const { record, slept } = await asking(undefined, undefined, 'KEY1');

    expect(record).toMatchObject({ state: 'sent', wamid: undefined });
    expect(slept).toHaveLength(2);
  });
});

describe('a message whose turn it is', () => {
  test('goes out, waits no more, and is known by its wamid', async () => {
    const { waiting } = await rows.ask('one');

    expect(await send(waiting, ACCEPTED)).toEqual({});

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'sent', wamid: 'wamid.1' });
    expect(await rows.waiting()).toEqual([]);
    expect(asked).toMatchObject([{ token: 'token' }]);
  });

  test('is held where Meta looks at the template first', async () => {
    const { waiting } = await rows.ask('one');

    await send(waiting, { ...ACCEPTED, isHeld: true });

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'held' });
  });

  test('is sent where the provider gives a number for its wamid', async () => {
    const { waiting } = await rows.ask('one');

    await send(waiting, { ...ACCEPTED, wamid: undefined, msgId: '4711' });

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'sent', wamid: undefined });
    expect(await rows.waiting()).toEqual([]);
  });

  test('waits on where it cannot be kept what became of it', async () => {
    const { waiting } = await rows.ask('one');
    const away = { record: () => Promise.reject(new Error('table away')) };
    const claims = { ...rows.claims, ...away };

    await expect(send(waiting, ACCEPTED, { claims })).rejects.toThrow('table away');

    expect(await rows.waiting()).toHaveLength(1);
  });

  test('waits, and pauses its channel, where that has no token', async () => {
    const { waiting } = await rows.ask('one');

    const outcome = await send(waiting, ACCEPTED, { token: async () => undefined });

    expect(outcome).toMatchObject({ isPaused: true });
    expect({ asked, paused }).toEqual({ asked: [], paused: ['token'] });
    expect(await rows.recordOf(waiting.id)).toBeUndefined();
    expect(await rows.waiting()).toHaveLength(1);
  });

  test('is cancelled, and nobody asked, where it was forgotten', async () => {
    const { waiting } = await rows.ask('one');
    const gone = { ...waiting, id: 'msg_forgotten-by-everybody' };
    await rows.outbox.putWaiting(LANE, gone, signal);

    await send(gone, ACCEPTED);

    expect(asked).toEqual([]);
    expect(await rows.waiting()).toMatchObject([{ id: waiting.id }]);
  });

  test('pauses its channel where the token is refused', async () => {
    const { waiting } = await rows.ask('one');

    expect(await send(waiting, refused(190))).toMatchObject({ isPaused: true });

    expect(paused).toEqual(['token']);
    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'queued', attempt: 2 });
  });

  test.each([
    ['another', [], 'newer'],
    ['the same', ['token'], 'token'],
    ['none', ['token'], undefined],
  ])('pauses its channel for a refused token unless %s is there now', async (_, pauses, token) => {
    const { waiting } = await rows.ask('one');

    await send(waiting, refused(190), { newerToken: async () => token });

    expect(paused).toEqual(pauses);
    expect(await rows.waiting()).toMatchObject([{ id: waiting.id, attempt: 2 }]);
  });

  test('is not given back where a status came before the refusal', async () => {
    const { waiting } = await rows.ask('one');
    const ask = async () => {
      await rows.claims.record(keyOf(waiting), { state: 'sending', wamid: 'wamid.1' }, signal);
      return refused(130_429);
    };

    await send(waiting, ACCEPTED, { ask });

    expect(await rows.waiting()).toEqual([]);
    expect(await rows.recordOf(waiting.id)).toMatchObject({ wamid: 'wamid.1', attempt: 1 });
  });
});

describe('a message that somebody else has claimed', () => {
  const pass = async (waiting: Waiting) => {
    const outcome = await send(waiting, ACCEPTED);
    expect(asked).toEqual([]);
    return outcome;
  };

  test('waits for as long as that one can live', async () => {
    const { waiting } = await rows.ask('one');
    await rows.claims.claim(keyOf(waiting), 1, signal);

    expect(await pass(waiting)).toEqual({ retryAt: rows.now() + MINUTE_MS });
    expect(await rows.waiting()).toHaveLength(1);
  });

  test('is uncertain after that, and waits no more', async () => {
    const { waiting } = await rows.ask('one');
    await rows.claims.claim(keyOf(waiting), 1, signal);
    rows.clock.now += MINUTE_MS;

    expect(await pass(waiting)).toEqual({});

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'uncertain' });
    expect(await rows.doubts()).toMatchObject([{ id: waiting.id }]);
    expect(await rows.waiting()).toEqual([]);
    expect(counted).toEqual(['MessageUncertain']);
  });

  test('is put down as uncertain again where it is that already', async () => {
    const { waiting } = await rows.ask('one');
    await rows.claims.claim(keyOf(waiting), 1, signal);
    await rows.claims.doubt(keyOf(waiting), 1, signal);

    await pass(waiting);

    expect(await rows.doubts()).toMatchObject([{ id: waiting.id }]);
    expect(counted).toEqual([]);
  });

  test('is waited for while a person has it sent again', async () => {
    const { waiting } = await rows.ask('one');
    await rows.claims.claim(keyOf(waiting), 1, signal);
    await rows.claims.doubt(keyOf(waiting), 1, signal);

    expect(await pass({ ...waiting, attempt: 2 })).toEqual({ retryAt: rows.now() + 1000 });
    expect(await rows.doubts()).toEqual([]);
  });

  test('waits for the next attempt where its claim was given back', async () => {
    const { waiting } = await rows.ask('one');
    const retryAt = rows.now() + 5000;
    await rows.claims.claim(keyOf(waiting), 1, signal);
    await rows.claims.release(keyOf(waiting), { attempt: 1, retryAt }, signal);

    expect(await pass(waiting)).toEqual({ retryAt });
    expect(await rows.waiting()).toMatchObject([{ id: waiting.id, attempt: 2 }]);
  });

  test('waits no more once it went out, or was decided otherwise', async () => {
    const { waiting } = await rows.ask('one');
    const { waiting: cancelled } = await rows.ask('two');
    await rows.claims.claim(keyOf(waiting), 1, signal);
    await rows.claims.record(keyOf(waiting), { state: 'sent', wamid: 'wamid.1' }, signal);
    await rows.claims.settleUnsent(keyOf(cancelled), 'cancelled', signal);

    expect([await pass(waiting), await pass(cancelled)]).toEqual([{}, {}]);
    expect(await rows.waiting()).toEqual([]);
  });

  test('does not expire', async () => {
    const { waiting } = await rows.ask('one');
    await rows.claims.claim(keyOf(waiting), 1, signal);
    const row = { ...waiting, key: 'key', contact: 'contact' };

    await endMessage(LANE, row, 'expired', signal, depsWith(ACCEPTED));

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'sending' });
    expect(counted).toEqual([]);
  });
});

describe('a message that is never to be sent', () => {
  test('expires where nobody has claimed it, and that is counted', async () => {
    const { waiting } = await rows.ask('one');

    await endMessage(LANE, laneRow(waiting), 'expired', signal, depsWith(ACCEPTED));

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'expired' });
    expect(await rows.waiting()).toEqual([]);
    expect(counted).toEqual(['MessageExpired']);
  });

  test('is cancelled where nobody has claimed it, which is no expiry', async () => {
    const { waiting } = await rows.ask('one');

    await endMessage(LANE, laneRow(waiting), 'cancelled', signal, depsWith(ACCEPTED));

    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'cancelled' });
    expect(await rows.waiting()).toEqual([]);
    expect(counted).toEqual([]);
  });
});

describe('a recipient whose turn it is in a campaign', () => {
  const to = { kind: 'phone', name: '5215550001111' } as const;
  const recipient = {
    ...({ template: 'spring', language: 'es_MX', category: 'marketing', variant: 0 } as const),
    ...{ micros: 30_500, country: 'MX', check: 'chk', zone: 'all', offset: 0, bytes: 9 },
    notAfter: 1_900_000_000_000,
  };

  /** As the campaign gives it, in no lane yet. */
  function drawnRow(): Waiting {
    const id = `${CAMPAIGN}.0.1.0`;
    const message = { id, channel: LANE.channel, provider: 'meta', to, recipient } as const;
    return {
      ...{ id, to, recipient, class: 'campaign', provider: 'meta', attempt: 1 },
      ...{ notAfter: recipient.notAfter, dueAt: rows.now() },
      drawn: messageOf(message, [], rows.now()),
    };
  }
  const ofCampaigns = () => rows.outbox.queryWaiting(LANE, 'campaign', 99, signal);
  const claim = (row: Waiting) =>
    rows.claims.claim({ channel: LANE.channel, ...row }, row.attempt, signal);

  test('is sent to as they were drawn, and never waits in the lane', async () => {
    const row = drawnRow();
    const { operations } = emulator;
    operations.length = 0;

    expect(await send(row, ACCEPTED)).toEqual({});

    expect(await rows.recordOf(row.id)).toMatchObject({ state: 'sent', wamid: 'wamid.1' });
    expect(operations).not.toContain('DeleteItem');
    expect(await ofCampaigns()).toEqual([]);
  });

  test('waits in the lane for another try, so that the campaign goes on', async () => {
    const row = drawnRow();

    const outcome = await send(row, refused(131_016, true));

    expect(outcome).toEqual({});
    const [waiting] = await ofCampaigns();
    expect(waiting).toMatchObject({ id: row.id, attempt: 2, recipient });
    expect(waiting?.dueAt).toBeGreaterThan(rows.now());
    expect(await rows.recordOf(row.id)).toMatchObject({ state: 'queued', attempt: 2 });
  });

  test('waits in the lane for whoever claimed it before', async () => {
    const row = drawnRow();
    await claim(row);

    expect(await send(row, ACCEPTED)).toEqual({});

    expect(asked).toEqual([]);
    expect(await ofCampaigns()).toMatchObject([
      { id: row.id, attempt: 1, dueAt: rows.now() + MINUTE_MS },
    ]);
  });

  test('waits in the lane for the try that a lane before had put off', async () => {
    const row = drawnRow();
    const retryAt = rows.now() + 9000;
    await claim(row);
    await rows.claims.release(keyOf(row), { attempt: 1, retryAt }, signal);

    expect(await send(row, ACCEPTED)).toEqual({});

    expect(await ofCampaigns()).toMatchObject([{ id: row.id, attempt: 2, dueAt: retryAt }]);
  });

  describe('that is offered again', () => {
    const again = { times: 1, after: 1, from: 'refused', told: [] } as const;
    const offeredRow = (): Waiting => ({
      ...{ ...drawnRow(), attempt: 2, recipient: { ...recipient, check: 'chk.1', again } },
    });

    test('is overtaken where it came after all, or nothing is left of it', async () => {
      expect(await send(offeredRow(), ACCEPTED)).toEqual({ isOvertaken: true });
      await send(drawnRow(), ACCEPTED);
      expect(await send(offeredRow(), ACCEPTED)).toEqual({ isOvertaken: true });
      expect(asked).toHaveLength(1);
    });

    test('is not overtaken by a try before that sent it', async () => {
      await send(drawnRow(), refused(131_026));
      expect(await send(offeredRow(), ACCEPTED)).toEqual({});
      expect(await send(offeredRow(), ACCEPTED)).toEqual({});
      expect(asked).toHaveLength(2);
    });
  });

  test('is uncertain, and does not wait, where whoever claimed it is no more', async () => {
    const row = drawnRow();
    await claim(row);
    rows.clock.now += MINUTE_MS;

    expect(await send(row, ACCEPTED)).toEqual({});

    expect(await ofCampaigns()).toEqual([]);
    expect(await rows.recordOf(row.id)).toMatchObject({ state: 'uncertain' });
    expect(await rows.doubts()).toMatchObject([{ id: row.id, recipient }]);
  });

  test('is told by its part what is said to them once they waited, and is forgotten by it', async () => {
    const { drawn, ...waiting } = drawnRow();
    await rows.outbox.putWaiting(LANE, waiting, signal);

    await send(waiting, ACCEPTED, { readFromPart: async () => drawn });
    expect(await rows.recordOf(waiting.id)).toMatchObject({ state: 'sent' });
    expect(await ofCampaigns()).toEqual([]);

    const other = { ...waiting, id: `${CAMPAIGN}.0.2.0` };
    await rows.outbox.putWaiting(LANE, other, signal);
    await send(other, ACCEPTED, { readFromPart: async () => undefined });
    expect(await rows.recordOf(other.id)).toMatchObject({ state: 'cancelled' });
    expect(asked).toHaveLength(1);
  });
});
