import { gzipSync } from 'node:zlib';
import { expect, onTestFinished, test } from 'vitest';
import { archiveLine, hourPrefix } from '../../lambda/archive/line.ts';
import { s3Archive } from '../../lambda/archive/s3-archive.ts';
import { s3ArchivedEvents } from '../../lambda/archive/s3-archived-events.ts';
import type { RoutedEvent } from '../../lambda/events/routed-event.ts';
import { awsService } from '../support/aws-service.ts';
import { startObjects } from '../support/object-emulator.ts';

const NEVER = new AbortController().signal;
const MINUTE = 60_000;
const EMPTY = new Uint8Array(gzipSync(''));
const NOON = Date.parse('2026-11-22T12:00:00Z');

function anEvent(number: number, receivedAt: number): RoutedEvent {
  return {
    ...{ provider: 'meta', channel: '1001', group: `contact.${number}`, kind: 'message' },
    ...{ id: `message.${number}`, direction: 'inbound', type: 'text', payload: '{"text":"¿Sí?"}' },
    ...{ occurredAt: receivedAt, receivedAt },
  };
}

test('reads what was received in a span of time, over the hour and over pages of objects', async () => {
  const server = await startObjects('archive');
  onTestFinished(() => server[Symbol.asyncDispose]());
  const service = awsService('s3', server.url);
  const store = s3Archive('archive', service);
  const put = (name: string, ...events: readonly RoutedEvent[]) =>
    store(
      `${hourPrefix(events[0]?.receivedAt ?? 0)}${name}.ndjson.gz`,
      [...events.map(archiveLine), '{"v":99}'],
      NEVER,
    );
  await put('1', anEvent(1, NOON - 31 * MINUTE), anEvent(2, NOON - 30 * MINUTE));
  await put('2', anEvent(3, NOON - MINUTE));
  await put('1', anEvent(4, NOON), anEvent(5, NOON + 30 * MINUTE), anEvent(6, NOON + 31 * MINUTE));
  // More than S3 lists at once.
  for (let number = 0; number < 1001; number += 1) {
    await server.put(`archive/${hourPrefix(NOON)}0-${number}`, EMPTY);
  }

  const read = s3ArchivedEvents('archive', service);
  const events = await Array.fromAsync(read(NOON - 30 * MINUTE, NOON + 30 * MINUTE, NEVER));
  expect(events.map(({ id }) => id)).toEqual([2, 3, 4, 5].map((number) => `message.${number}`));
  expect(events[0]).toEqual(anEvent(2, NOON - 30 * MINUTE));
  expect(await Array.fromAsync(read(0, MINUTE, NEVER))).toEqual([]);
});
