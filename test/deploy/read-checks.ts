import assert from 'node:assert/strict';
import * as z from 'zod/mini';
import { aMessage, aStatus, sentAt } from '../support/just-sent.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';
import type { Aws } from './aws.ts';
import type { Deployment } from './deployment.ts';

const timeline = z.object({
  entries: z.array(z.object({ wamid: z.nullable(z.string()), text: z.nullable(z.string()) })),
});
const contact = z.object({ names: z.array(z.object({ name: z.string() })) });
const message = z.object({ status: z.string() });

const WAMID = 'wamid.read/+and=back';
const CONTACT = `/v1/channels/${CHANNEL}/contacts/MX.9`;

/** What was posted comes back through `/v1`, newest first, to those that sign. */
export async function checkReading(deployment: Deployment) {
  const wamids = ['wamid.first', 'wamid.second', 'wamid.third'];
  const messages = wamids.map((id, second) =>
    aMessage({
      id,
      from_user_id: 'MX.9',
      timestamp: sentAt(second - 100),
      text: { body: `¿${id}?` },
    }),
  );
  const statuses = ['read', 'sent', 'delivered'].map((status, second) =>
    aStatus({ id: WAMID, status, timestamp: sentAt(second - 40), recipient_user_id: 'MX.9' }),
  );
  const webhook = { provider: 'meta', body: metaWebhook({ messages }, { statuses }) } as const;
  const [answer] = await deployment.post([webhook]);
  assert.equal(answer?.status, 200);
  await deployment.stored([webhook]);

  const { entries } = timeline.parse(await read(deployment, `${CONTACT}/timeline`));
  assert.deepEqual(
    entries.map(({ wamid }) => wamid),
    [WAMID, ...wamids.toReversed()],
  );
  assert.equal(entries[1]?.text, '¿wamid.third?');
  const { names } = contact.parse(await read(deployment, CONTACT));
  assert.ok(names.some(({ name }) => name === 'MX.9'));
  const path = `/v1/channels/${CHANNEL}/messages/${encodeURIComponent(WAMID)}`;
  assert.equal(message.parse(await read(deployment, path)).status, 'read');
  assert.equal((await deployment.read(`/v1/channels/${CHANNEL}/messages/none`)).status, 404);
  return { result: undefined, said: `timeline of ${entries.length}, contact, sent message` };
}

export async function checkAuthorization({ output }: Deployment, { call }: Aws) {
  assert.equal((await call(`${output('ApiUrl')}${CONTACT}`)).status, 403);
  return { result: undefined, said: 'unsigned 403' };
}

async function read(deployment: Deployment, path: string): Promise<unknown> {
  const { status, body } = await deployment.read(path);
  assert.equal(status, 200, `${path} answers ${status}: ${body}`);
  return JSON.parse(body);
}
