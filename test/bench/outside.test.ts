import { once } from 'node:events';
import { request } from 'node:https';
import { buffer } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { FILE_BYTES, startOutside, wamidFor } from '../../bench/outside.ts';
import { selfSigned } from '../../bench/self-signed.ts';

async function anOutside() {
  const tls = selfSigned();
  const outside = await startOutside(tls);
  onTestFinished(() => outside[Symbol.asyncDispose]());
  const ask = async (url: string, body: string) => {
    const sent = request(url, { method: 'POST', ca: tls.certificate }).end(body);
    const [response] = await once(sent, 'response');
    return buffer(response);
  };
  return { outside, ask };
}

test('takes a message as Graph does', async () => {
  const { outside, ask } = await anOutside();
  const message = { to: '+5215550001111', biz_opaque_callback_data: 'fg1.a.1.b' };

  const answer = await ask(`${outside.graphUrl}/123/messages`, JSON.stringify(message));

  expect(JSON.parse(String(answer))).toMatchObject({
    contacts: [{ input: '+5215550001111', wa_id: '5215550001111' }],
    messages: [{ id: wamidFor('fg1.a.1.b') }],
  });
});

test('counts what comes over the wire, encryption included, and hands out a file', async () => {
  const { outside, ask } = await anOutside();

  await ask(outside.endpointUrl, 'x'.repeat(5000));
  const bytes = outside.takeBytes();
  const { url } = JSON.parse(String(await ask(`${outside.graphUrl}/7`, '')));

  expect(bytes).toBeGreaterThan(5000);
  expect(bytes).toBeLessThan(7000);
  expect(await ask(url, '')).toHaveLength(FILE_BYTES);
});
