import { beforeEach, describe, expect, test } from 'vitest';
import { MAX_FILE_BYTES } from '../../../lambda/campaigns/recipients/unpacked.ts';
import { s3Recipients } from '../../../lambda/sending/campaigns/s3-recipients.ts';
import { anObjectStore } from '../../support/an-object-store.ts';
import { awsService } from '../../support/aws-service.ts';
import { CAMPAIGN } from '../../support/campaign-rows.ts';

const BUCKET = 'campaigns';
const NOW = Date.parse('2027-01-15T08:00:00Z');
const KEY = `uploads/${CAMPAIGN}`;
const objects = await anObjectStore(BUCKET);
const { signal } = new AbortController();
const recipients = s3Recipients(BUCKET, awsService('s3', objects.url), () => NOW);

beforeEach(() => objects.remove(`${BUCKET}/${KEY}`));

async function putUp(content: string, others: Readonly<Record<string, string>> = {}) {
  const { url, fields } = await recipients.uploadForm(CAMPAIGN);
  const form = new FormData();
  for (const [field, value] of Object.entries({ ...fields, ...others })) form.set(field, value);
  form.set('file', new Blob([content]));
  return (await fetch(url, { method: 'POST', body: form })).status;
}

describe('a form for recipients', () => {
  test('puts up a file of their campaign, and says how large it may be and until when', async () => {
    const { maxBytes, expiresAt } = await recipients.uploadForm(CAMPAIGN);

    expect({ maxBytes, expiresAt }).toEqual({
      ...{ maxBytes: MAX_FILE_BYTES, expiresAt: '2027-01-15T09:00:00.000Z' },
    });
    expect(await putUp('phone\n5215550001111\n')).toBe(204);
    expect(String(await objects.get(`${BUCKET}/${KEY}`))).toBe('phone\n5215550001111\n');
  });

  test('puts up no file of another campaign, and none that is empty', async () => {
    expect(await putUp('phone\n', { key: 'uploads/cmp_other' })).toBe(403);
    expect(await putUp('')).toBe(400);
    expect(await objects.keys(BUCKET)).toEqual([]);
  });
});

describe('a file of recipients', () => {
  test('has an ETag, and another once another file took its place', async () => {
    expect(await recipients.etagOf(CAMPAIGN, signal)).toBeUndefined();
    await putUp('phone\n5215550001111\n');
    const first = await recipients.etagOf(CAMPAIGN, signal);
    expect(await recipients.etagOf(CAMPAIGN, signal)).toBe(first);
    await putUp('phone\n5215550002222\n');
    const second = await recipients.etagOf(CAMPAIGN, signal);

    expect(first).toMatch(/^"\w+"$/);
    expect(second).toMatch(/^"\w+"$/);
    expect(second).not.toBe(first);
  });

  test('is none of another campaign', async () => {
    await putUp('phone\n');

    expect(await recipients.etagOf('cmp_other', signal)).toBeUndefined();
    expect(await recipients.isThere(KEY, signal)).toBe(true);
    expect(await recipients.isThere('uploads/cmp_other', signal)).toBe(false);
  });

  test('is not said to be missing where nobody could look', async () => {
    const elsewhere = s3Recipients('no-bucket', awsService('s3', 'http://127.0.0.1:1'), () => NOW);

    await expect(
      elsewhere.etagOf(CAMPAIGN, AbortSignal.abort(new Error('too late'))),
    ).rejects.toThrow();
    await expect(elsewhere.isThere(KEY, AbortSignal.abort())).rejects.toThrow();
  });
});
