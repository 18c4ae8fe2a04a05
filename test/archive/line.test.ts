import { describe, expect, test } from 'vitest';
import { archiveLine, hourPrefix, readArchiveLine } from '../../lambda/archive/line.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';

const event = {
  provider: 'meta',
  channel: '1001',
  group: 'contact.A',
  id: 'message.1',
  kind: 'message',
  direction: 'inbound',
  type: 'text',
  occurredAt: 1_795_212_000_000,
  receivedAt: 1_795_212_060_123,
  wamid: 'wamid.1',
  payload: '{"text":"line\\nbreak"}',
} satisfies RoutedEvent;

describe('archiveLine', () => {
  test('is one line of versioned JSON with all that is known of the event', () => {
    const line = archiveLine(event);

    expect(line).not.toContain('\n');
    expect(JSON.parse(line)).toEqual({ v: 1, ...event });
  });

  test('says where the payload lies that was too big for the row', () => {
    const { payload: _, wamid: __, ...facts } = event;
    const line = JSON.parse(archiveLine({ ...facts, payloadKey: 'payloads/1.json' }));

    expect(line).toEqual({ v: 1, ...facts, payloadKey: 'payloads/1.json' });
  });
});

describe('readArchiveLine', () => {
  test('reads what was written', () => {
    expect(readArchiveLine(archiveLine(event))).toEqual(event);
  });

  test.each([
    ['no JSON', '{"v":1'],
    ['a line of another version', JSON.stringify({ v: 2, ...event })],
    ['a line without a member', JSON.stringify({ v: 1, ...event, group: undefined })],
    ['a line with two payloads', JSON.stringify({ v: 1, ...event, payloadKey: 'payloads/1' })],
  ])('takes %s for none', (_, line) => {
    expect(readArchiveLine(line)).toBeUndefined();
  });
});

describe('hourPrefix', () => {
  test.each([
    ['2026-11-22T06:59:59.999Z', 'events/dt=2026-11-22/hour=06/'],
    ['2026-11-22T07:00:00.000Z', 'events/dt=2026-11-22/hour=07/'],
    ['2027-01-01T00:00:00.000Z', 'events/dt=2027-01-01/hour=00/'],
  ])('of %s is %s', (time, prefix) => {
    expect(hourPrefix(Date.parse(time))).toBe(prefix);
  });
});
