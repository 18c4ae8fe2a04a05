import { expect, test } from 'vitest';
import { messageAnswer, timelineAnswer } from '../../lambda/reading/schemas.ts';
import { operatorOf } from '../bin/command-line.ts';
import { aLocalStack } from '../support/local-stack.ts';

const SOFIA = '5215550001234';
const CHANNEL = '900000000000100';

test('a person writes, is answered, and reads: the stack has both, and each tick', {
  timeout: 120_000,
}, async () => {
  const stack = await aLocalStack();
  const run = operatorOf(stack);
  const wrote = await run('whatsapp', 'write', '--from', SOFIA, '--text', 'I want to buy');
  expect(wrote).toMatchObject({
    exitCode: 0,
    stdout: expect.stringContaining('The stack took it'),
  });

  const sent = await fetch(`${stack.whatsapp.urls.meta}/${CHANNEL}/messages`, {
    method: 'POST',
    headers: { authorization: 'Bearer local-access-token' },
    body: JSON.stringify({
      ...{ messaging_product: 'whatsapp', to: SOFIA, type: 'text', text: { body: 'Tulips?' } },
      biz_opaque_callback_data: 'mark',
    }),
  });
  expect(sent.status).toBe(200);
  const wamid = (await stack.whatsapp.world()).ledger.receipts[0]?.wamid ?? '';
  const read = async (path: string) => await (await fetch(stack.url + path)).json();
  const message = `/v1/channels/${CHANNEL}/messages/${encodeURIComponent(wamid)}`;
  const timeline = `/v1/channels/${CHANNEL}/contacts/${SOFIA}/timeline`;

  await expect
    .poll(async () => messageAnswer.safeParse(await read(message)).data, { timeout: 60_000 })
    .toMatchObject({
      ...{ status: 'read', callbackData: 'mark' },
      statuses: expect.arrayContaining([expect.objectContaining({ status: 'sent' })]),
    });
  const { entries } = timelineAnswer.parse(await read(timeline));
  expect(entries.some(({ direction }) => direction === 'inbound')).toBe(true);
});
