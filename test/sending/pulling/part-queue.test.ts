import { expect, test } from 'vitest';
import type { Cursor } from '../../../lambda/campaigns/cursor.ts';
import { writePartLine } from '../../../lambda/campaigns/part.ts';
import { PartQueue } from '../../../lambda/sending/pulling/part-queue.ts';

const names = ['525500000001', '525500000002', '525500000003'];
const part = Buffer.from(
  names
    .map((name, row) =>
      writePartLine({
        ...{ row, to: { kind: 'phone', name }, variant: 0, components: [[]] },
        ...{ micros: 1, country: 'MX' },
      }),
    )
    .map((line) => `${line}\n`)
    .join(''),
);
const START: Cursor = {
  ...{ zone: 'all', track: 0, timeZones: [], lines: names.length, bytes: part.length },
  ...{ done: 0, offset: 0, hours: {}, passed: {}, isOver: false, movedAt: 0 },
};

/** A lane that takes the part from where a cursor stands, and leaves out the last person. */
function aQueue(cursor: Cursor) {
  const written: Cursor[] = [];
  const queue = new PartQueue(cursor, {
    now: () => 0,
    read: async (offset, bytes) => part.subarray(offset, offset + bytes),
    excluded: async (lines) => {
      const last = lines.filter(({ to }) => to.name === names.at(-1));
      return new Map(last.map((line) => [line, 'opted_out']));
    },
    write: async (one) => void written.push(one),
  });
  return { queue, last: () => written.at(-1) ?? cursor };
}

test('counts who is left out once, also where a lane stops before them and goes on later', async () => {
  const first = aQueue(START);
  await first.queue.refill();
  const someone = first.queue.next(() => true);
  if (someone !== undefined) await first.queue.done(someone, undefined);
  await first.queue.close();
  expect(first.last()).toMatchObject({ done: 1, passed: {} });

  const second = aQueue(first.last());
  await second.queue.refill();
  const other = second.queue.next(() => true);
  if (other !== undefined) await second.queue.done(other, undefined);
  await second.queue.close();
  expect(second.last()).toMatchObject({ done: 3, passed: { opted_out: 1 }, isOver: true });
});
