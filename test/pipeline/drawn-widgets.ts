import { expect } from 'vitest';
import * as z from 'zod/mini';
import type { Pipeline } from '../support/pipeline.ts';

const custom = z.object({
  type: z.literal('custom'),
  properties: z.object({ endpoint: z.string(), params: z.unknown() }),
});

const body = z.object({ widgets: z.array(z.union([custom, z.object({})])) });

const DEAD_LETTERS = ['inbox', 'mediaJobs', 'campaignsChecks', 'deliveries'];

/** Draws what the dashboard shows by a function, once there is a campaign and a dead letter in each queue. */
export async function drawWidgets({ stack }: Pipeline): Promise<void> {
  for (const queue of DEAD_LETTERS) {
    const letters = stack.queue(`${queue}DeadLetter`);
    const id = letters.settings.name.endsWith('.fifo') ? 'letter' : '';
    const sent = letters.send(
      { groupId: id, deduplicationId: id, body: 'poison' },
      stack.clock.now(),
    );
    expect(sent.ok).toBe(true);
  }
  const [dashboard = ''] = stack.watching().dashboards;
  const drawn = body
    .parse(JSON.parse(dashboard))
    .widgets.flatMap((widget) => ('type' in widget ? [widget.properties] : []))
    .map(({ endpoint, params }) => stack.invoke(endpoint, params));
  const results = await Promise.all(drawn);
  expect(results).toHaveLength(3);
  for (const one of results) {
    expect(one).toEqual({ ok: true, result: expect.stringMatching(/^<(?:table|p)>/) });
    expect(one).not.toMatchObject({ result: expect.stringContaining('cannot be read') });
  }
}
