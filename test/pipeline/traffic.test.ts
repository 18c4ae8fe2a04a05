import { describe, expect, test } from 'vitest';
import { disturb, generateTraffic } from '../../local/traffic/traffic.ts';
import { aMessage, SENT_AT, sentAt } from '../support/just-sent.ts';
import { aPipeline, distinctEvents, lasting } from '../support/pipeline.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';

describe('the whole path', { timeout: 120_000 }, () => {
  test.each(['meta', 'wasender'] as const)(
    'stores a burst of %s once each, whatever comes twice or in disorder',
    async (provider) => {
      const { postAll, settle, find, rows, stack } = await aPipeline();
      const script = {
        endMs: SENT_AT,
        seed: 7,
        contacts: 40,
        messages: 150,
        statuses: 250,
        mediaShare: 0.2,
      };
      const webhooks = generateTraffic({ ...script, provider, batch: 5 });
      const events = distinctEvents(webhooks);

      const posted = await postAll(disturb(webhooks, { seed: 7, duplicates: 0.2, shuffle: true }));
      await settle();

      expect(posted.every(({ isAccepted }) => isAccepted)).toBe(true);
      expect(await find(events)).toHaveLength(events.length);
      const stored = (await rows()).filter(({ sk }) => /^(message|echo)\./.test(sk?.S ?? ''));
      expect(stored).toHaveLength(events.filter(({ attribute }) => attribute === undefined).length);
      expect(stack.queue('inboxDeadLetter').counts(Date.now()).visible).toBe(0);
    },
  );

  test('leaves the same table when all is sent three times over, shuffled', async () => {
    const script = {
      endMs: SENT_AT,
      seed: 11,
      contacts: 10,
      messages: 30,
      statuses: 45,
      mediaShare: 0,
    };
    const webhooks = generateTraffic({ ...script, provider: 'meta', batch: 3 });
    const once = await aPipeline();
    await once.postAll(webhooks);
    await once.settle();
    const thrice = await aPipeline();
    await thrice.postAll(
      disturb([...webhooks, ...webhooks, ...webhooks], { seed: 1, duplicates: 0, shuffle: true }),
    );
    await thrice.settle();

    const keyed = async ({ rows }: typeof once) =>
      new Map((await rows()).map((row) => [`${row['pk']?.S} ${row['sk']?.S}`, lasting(row)]));
    expect(await keyed(thrice)).toEqual(await keyed(once));
  });

  test('takes 1,000 updates in one webhook, in order', async () => {
    const { post, settle, read, stack } = await aPipeline();
    const messages = Array.from({ length: 1000 }, (_, i) =>
      aMessage({
        id: `wamid.${i}`,
        from_user_id: `MX.${i % 7}`,
        timestamp: sentAt(i - 1000),
        text: { body: 'x'.repeat(2_700) },
      }),
    );
    const sizes: number[] = [];
    const inbox = stack.queue('inbox');
    const receive = inbox.receive.bind(inbox);
    inbox.receive = (...args) => {
      const received = receive(...args);
      for (const group of Map.groupBy(received, ({ groupId }) => groupId).values()) {
        sizes.push(group.length);
      }
      return received;
    };

    const answer = await post(metaWebhook({ messages }));
    expect(answer.status).toBe(200);
    await settle();

    const stored = await Promise.all(
      Array.from({ length: 7 }, (_, sender) => wholeTimeline(read, `MX.${sender}`)),
    );
    const wamids = stored.flat().map(({ wamid }) => wamid);
    expect(new Set(wamids).size).toBe(1000);
    for (const timeline of stored) {
      const numbers = timeline.map(({ wamid }) => Number(wamid.slice(6)));
      expect(numbers).toEqual(numbers.toSorted((a, b) => b - a));
    }
    // The processor has seen several messages of one group in a batch.
    expect(Math.max(...sizes)).toBeGreaterThan(1);
  });

  test('keeps the order of each contact in its timeline', async () => {
    const { post, settle, read } = await aPipeline();
    // All in the same second: only the queue's order tells them apart.
    for (let index = 0; index < 30; index += 1) {
      const messages = [aMessage({ id: `wamid.${index}` })];
      expect((await post(metaWebhook({ messages }))).status).toBe(200);
    }
    await settle();
    const timeline = await wholeTimeline(read, '5215550001111');
    expect(timeline.map(({ wamid }) => wamid)).toEqual(
      Array.from({ length: 30 }, (_, index) => `wamid.${29 - index}`),
    );
  });
});

async function wholeTimeline(
  read: (path: string) => Promise<Response>,
  contact: string,
): Promise<{ wamid: string }[]> {
  const entries: { wamid: string }[] = [];
  let cursor = '';
  do {
    const path = `/v1/channels/${CHANNEL}/contacts/${contact}/timeline?limit=20${cursor}`;
    const page = JSON.parse(await (await read(path)).text());
    entries.push(...page.entries);
    cursor = page.nextCursor === null ? '' : `&cursor=${encodeURIComponent(page.nextCursor)}`;
  } while (cursor !== '');
  return entries;
}
