import { createServer } from 'node:http';
import { S3Client } from '@aws-sdk/client-s3';
import { expect, onTestFinished, test } from 'vitest';
import { s3Bucket } from '../../../lambda/teardown/emptier/s3-bucket.ts';

const { signal } = new AbortController();

/** A bucket of an S3 that answers every call so. */
async function bucketThat(status: number, answer: string) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(status).end(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const client = new S3Client({
    ...{ region: 'eu-central-1', forcePathStyle: true, maxAttempts: 1 },
    endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  onTestFinished(() => {
    client.destroy();
    server.closeAllConnections();
    server.close();
  });
  return s3Bucket(client, 'archive');
}

const refusal = (code: string) => `<Error><Code>${code}</Code><Message>no</Message></Error>`;

test.each(['NoSuchBucket', 'NoSuchTagSet'])('no tag is told where S3 says %s', async (code) => {
  const bucket = await bucketThat(404, refusal(code));

  expect(await bucket.tag('floodgate', signal)).toBeUndefined();
});

test('a tag is not taken for missing where S3 does not tell the tags', async () => {
  const bucket = await bucketThat(403, refusal('AccessDenied'));

  await expect(bucket.tag('floodgate', signal)).rejects.toMatchObject({ name: 'AccessDenied' });
});

test('an empty bucket has no keys', async () => {
  const bucket = await bucketThat(200, '<ListBucketResult></ListBucketResult>');

  expect(await bucket.someKeys(signal)).toEqual([]);
});

test.each([
  ['<Code>AccessDenied</Code>', 'AccessDenied'],
  ['', 'unknown'],
])(
  'a key that stays is told by what S3 says of it, %s, and not by its name',
  async (code, name) => {
    const bucket = await bucketThat(
      200,
      `<DeleteResult><Error><Key>events/1</Key>${code}<Message>events/1</Message></Error></DeleteResult>`,
    );

    const removal = bucket.remove(['events/1', 'events/2'], signal);

    await expect(removal).rejects.toMatchObject({ name, message: '' });
  },
);

test('keys are removed where S3 tells of none that stays', async () => {
  const bucket = await bucketThat(200, '<DeleteResult></DeleteResult>');

  await expect(bucket.remove(['events/1'], signal)).resolves.toBeUndefined();
});
