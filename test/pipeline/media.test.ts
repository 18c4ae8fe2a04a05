import { describe, expect, test } from 'vitest';
import { mayHaveMedia } from '../../lambda/providers/media-file.ts';
import { timelineAnswer } from '../../lambda/reading/schemas.ts';
import { providerFile } from '../../local/media/provider-file.ts';
import { generateTraffic } from '../../local/traffic/traffic.ts';
import { aMessage, SENT_AT } from '../support/just-sent.ts';
import { aPipeline, type Pipeline } from '../support/pipeline.ts';
import { CHANNEL, metaWebhook } from '../support/webhooks.ts';

const ID = '1479537139650973';
const CONTACT = `/v1/channels/${CHANNEL}/contacts/5215550001111`;

function aPhoto(id: string): string {
  const sha256 = providerFile(ID).sha256.toString('base64');
  const image = { id, mime_type: 'image/jpeg', sha256 };
  return metaWebhook({ messages: [aMessage({ type: 'image', image })] });
}

async function mediaOf({ read }: Pipeline) {
  const answer = await read(`${CONTACT}/timeline`);
  return timelineAnswer.parse(await answer.json()).entries[0]?.media;
}

async function fetchFile(pipeline: Pipeline, body: string) {
  expect((await pipeline.post(body)).status).toBe(200);
  await pipeline.settle();
  await expect
    .poll(() => mediaOf(pipeline), { timeout: 20_000 })
    .not.toMatchObject({ state: 'pending' });
  return mediaOf(pipeline);
}

describe('the file of a message', { timeout: 120_000 }, () => {
  test('is read by whoever has the URL that the timeline hands out', async () => {
    const pipeline = await aPipeline();
    const media = await fetchFile(pipeline, aPhoto(ID));
    const { bytes, sha256 } = providerFile(ID);
    expect(media).toMatchObject({
      ...{ state: 'stored', reason: null, mimeType: 'image/jpeg' },
      ...{ sizeBytes: bytes.length, sha256: sha256.toString('hex') },
    });
    const file = await fetch(media?.url ?? '');
    expect(file.status).toBe(200);
    expect(Buffer.from(await file.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('is told to be none where Meta does not know it, or hands out another', async () => {
    const pipeline = await aPipeline();
    expect(await fetchFile(pipeline, aPhoto('forged'))).toMatchObject({
      ...{ state: 'failed', reason: 'unknown-media', url: null },
    });
    const another = await aPipeline();
    expect(await fetchFile(another, aPhoto('7'))).toMatchObject({
      ...{ state: 'failed', reason: 'sha256' },
    });
  });

  test.each(['meta', 'wasender'] as const)('is there for every message of %s', async (provider) => {
    const pipeline = await aPipeline();
    const script = {
      endMs: SENT_AT,
      seed: 3,
      contacts: 20,
      messages: 60,
      statuses: 0,
      mediaShare: 0.5,
    };
    await pipeline.postAll(generateTraffic({ ...script, provider, batch: 3 }));
    await pipeline.settle();
    const withFile = async () =>
      (await pipeline.rows()).filter((row) =>
        mayHaveMedia({ provider, kind: 'message', type: row['type']?.S ?? '' }),
      );
    const states = async () => new Set((await withFile()).map((row) => row['media.state']?.S));
    await expect.poll(states, { timeout: 60_000 }).toEqual(new Set(['stored']));
    expect((await withFile()).length).toBeGreaterThan(20);
  });
});
