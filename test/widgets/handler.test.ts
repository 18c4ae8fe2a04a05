import { beforeEach, describe, expect, test } from 'vitest';
import { channelWriter } from '../../lambda/channels/channel-table.ts';
import { anEventTable } from '../support/an-event-table.ts';
import { aChannel } from '../support/channels.ts';
import { contextWith, runsInLambda, startedIn } from '../support/lambda-runtime.ts';
import { servedQueues } from '../support/served-queues.ts';

const { signal } = new AbortController();
const table = await anEventTable();
const output = runsInLambda();

beforeEach(() => table.clear());

/** The function as it starts in Lambda, over dead letters in `queues`. */
async function started() {
  const { queues } = await servedQueues();
  const { queue } = queues.create({ name: 'InboxDeadLetterQueue.fifo' });
  const { handler } = await startedIn(
    {
      TABLE_NAME: table.tableName,
      DEAD_LETTER_QUEUES: JSON.stringify({ inbox: queues.urlOf('InboxDeadLetterQueue.fifo') }),
      AWS_ENDPOINT_URL: queues.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: table.endpoint,
    },
    () => import('../../lambda/widgets/handler.ts'),
  );
  const draw = (view: string) => handler({ view }, contextWith(15_000));
  return { draw, queue, now: queues.clock.now };
}

describe('the function of the widgets', () => {
  test('looks at dead letters without hiding one from whoever redrives them', async () => {
    const { draw, queue, now } = await started();
    for (const groupId of ['a', 'b']) {
      queue.send({ groupId, deduplicationId: groupId, body: 'of 5215550001111' }, now());
    }

    const markup = await draw('letters');

    expect(markup).toContain('<td>inbox</td><td>2</td>');
    expect(markup).toContain('received too often (2)');
    expect(markup).not.toContain('5215550001111');
    expect(queue.counts(now())).toMatchObject({ visible: 2, inFlight: 0 });
  });

  test('reads channels and campaigns of the table', async () => {
    const { draw } = await started();
    const channels = channelWriter(table.dynamodb, table.tableName);
    await channels.add(aChannel({ id: 'shop', state: 'paused' }), signal);

    expect(await draw('channels')).toContain('<td>shop</td><td>paused: user</td>');
    expect(await draw('campaigns')).toBe('<p>There are no campaigns.</p>');
    expect(output.join('')).not.toContain('Widget not drawn');
  });
});
