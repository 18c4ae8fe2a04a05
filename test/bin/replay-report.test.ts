import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { drawReport } from '../../bin/floodgate/replay/report.ts';
import { emptyTally, tallied } from '../../bin/floodgate/replay/tally.ts';
import { routed } from '../support/deliveries.ts';
import { aMessage, metaEvent } from '../support/webhooks.ts';

test('says how much of a replay is older than who gets it, and was never meant for them', async () => {
  const event = routed(metaEvent({ messages: [aMessage()] }));
  const tally = emptyTally();
  let shown = 0;
  const target = tallied(
    {
      mostAtOnce: 10,
      recipientsOf: () => [
        { id: 'sub_1', name: 'before', createdAt: event.receivedAt },
        { id: 'sub_2', name: 'after', createdAt: event.receivedAt + 1 },
      ],
      send: async () => undefined,
    },
    tally,
    () => (shown += 1),
  );
  await target.send([event, event]);

  expect(shown).toBe(1);
  const recipients = [...tally.recipients.values()];
  expect(recipients.map(({ name, deliveries, older }) => [name, deliveries, older])).toEqual([
    ['before', 2, 0],
    ['after', 2, 2],
  ]);
  const text = drawReport(
    {
      ...{ replayId: 'r', state: 'done', from: 'a', to: 'b', events: 2, deliveries: 4, recipients },
      ...{ isCutShort: false, archiveObjects: 1, archiveBytes: 1, isTableRead: false },
      ...{ unreadable: 0, missing: 0, dollars: {} },
    },
    new PassThrough(),
  );
  expect(text).toContain('2 of those to "after" are older than it is');
  expect(text).not.toContain('to "before"');
});
