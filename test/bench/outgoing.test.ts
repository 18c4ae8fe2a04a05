import { describe, expect, test } from 'vitest';
import {
  rowsBefore,
  rowsPut,
  SENDING,
  TEMPLATE,
  wakeEvent,
  wakesIn,
} from '../../bench/outgoing.ts';
import { wakeLane } from '../../lambda/sending/sqs-wakes.ts';
import { readWake } from '../../lambda/sending/wake.ts';

const { signal } = new AbortController();

async function wakesAt(times: readonly number[]) {
  const calls: { action: string; body: string; bytes: number }[] = [];
  for (const at of times) {
    const wake = wakeLane(
      async (action, input) => void calls.push({ action, body: JSON.stringify(input), bytes: 0 }),
      'https://sqs/outbox.fifo',
      () => at,
    );
    await wake({ channel: SENDING.id, lane: 0 }, signal);
  }
  return calls;
}

describe('messages to send', () => {
  test('find their channel, and that their people wrote', async () => {
    const rows = await rowsBefore(3);

    expect(rows.filter((row) => 'config' in row)).toHaveLength(1);
    expect(rows.filter((row) => 'payload' in row)).toHaveLength(3);
  });

  test('of a template are as long as is said', () => {
    const { type, template } = TEMPLATE;
    expect(JSON.stringify({ type, template })).toHaveLength(1500);
  });

  test('leave rows, which are found by what follows', () => {
    const put = { action: 'PutItem', body: '{"Item":{"pk":{"S":"a"}}}' };
    expect(rowsPut([put, { action: 'SendMessage', body: '{}' }])).toEqual([{ pk: { S: 'a' } }]);
  });
});

describe('wakes', () => {
  test('are one within a quarter of a second, as the queue has it', async () => {
    expect(wakesIn(await wakesAt([1000, 1100, 1249, 1250, 1600]))).toBe(3);
  });

  test('come to the sender as Lambda hands them over', async () => {
    expect(wakeEvent(await wakesAt([1000]))).toMatchObject({
      Records: [{ eventSourceARN: expect.stringContaining('outbox.fifo') }],
    });
    const [call] = await wakesAt([1000]);
    const { MessageBody } = JSON.parse(call?.body ?? '');
    expect(readWake(MessageBody)).toMatchObject({ ok: true, channel: SENDING.id, lane: 0 });
  });
});
